"""Whether webhooks would reach us: what today's clients ask at `GET /api/voice/webhook/test`."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler

from titus_core.kernel.clock import Clock
from titus_http.security.policies import PUBLIC


class Probe(msgspec.Struct, frozen=True):
    base_url: str
    twilio_phone: str
    time: datetime
    ok: bool = True


def route(base_url: str, number: str, clock: Clock) -> HTTPRouteHandler:
    """The route, for this address and this number."""

    @get("/api/voice/webhook/test", opt=PUBLIC, security=[{}], tags=["Webhooks"])
    async def test_webhooks() -> Probe:
        """The address that providers are given, and the number that they serve."""
        return Probe(base_url, number, clock.now())

    return test_webhooks

"""ElevenLabs asks for the context of a caller who was redirected to it. The caller waits and hears nothing, so this
answers at once, and never with an error of ours."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Mapping
from hashlib import sha256

from litestar import Response

from titus_core.calls.brief_agent import BriefAgent, BriefingAsked
from titus_core.calls.model import Call
from titus_core.kernel.clock import Clock
from titus_core.kernel.correlation import about
from titus_core.kernel.errors import Invalid, Unavailable
from titus_http.problems import Malformed
from titus_http.telemetry import Verdict
from titus_http.webhooks.elevenlabs.deliveries import delivery
from titus_http.webhooks.elevenlabs.vendor import Vendor
from titus_http.webhooks.watching import Answer

HEADER = "x-titus-secret"
"""To be configured for the initiation webhook, which ElevenLabs does not sign: its value is the webhook secret."""

MAX_BYTES = 64 * 1024
DEADLINE = 0.8
"""Seconds; ElevenLabs wants the answer within one (elevenlabs-anthropic-graph.md §1.4)."""

_LOG = logging.getLogger("titus.elevenlabs")


class InitiationEdge:
    """Verifies, stores, answers what we know of the call: all names always, because a conversation fails at its start
    if its agent refers to one that is not given. `secret` blank: everything is refused."""

    def __init__(
        self, secret: str, vendor: Vendor, brief: BriefAgent, clock: Clock, *, within: float = DEADLINE
    ) -> None:
        self._secret = secret
        self._within = within
        self._vendor = vendor
        self._brief = brief
        self._clock = clock

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises `Malformed`."""
        given = headers.get(HEADER, "")
        if not self._secret or not hmac.compare_digest(given.encode(), self._secret.encode()):
            refused = Response("", status_code=401, media_type="text/plain")
            return Answer(refused, Verdict.REFUSED, "secret")
        try:
            call_id = self._vendor.asked_call(body)
        except Invalid as error:
            raise Malformed(str(error)) from error
        raw = delivery("initiation", body, sha256(body).hexdigest(), self._clock.now())
        with about(call_id=call_id):
            call = await self._known(BriefingAsked(raw, call_id))
        verdict = Verdict.ACCEPTED if call is not None else Verdict.FALLBACK
        return Answer(Response(self._vendor.initiation(call, call_id), status_code=200), verdict)

    async def _known(self, asked: BriefingAsked) -> Call | None:
        try:
            async with asyncio.timeout(self._within):
                return await self._brief(asked)
        except (Unavailable, TimeoutError) as error:
            _LOG.error("initiation %s: answered without the call: %s", asked.call_id, error or "too slow")
        except Exception:  # noqa: BLE001 (a caller never hears our errors; it is logged)
            _LOG.exception("initiation %s: could not be worked on", asked.call_id)
        return None

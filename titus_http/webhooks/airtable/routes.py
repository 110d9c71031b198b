"""Airtable's webhook."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, post
from litestar.openapi.datastructures import ResponseSpec

from titus_http.security.policies import SIGNATURE
from titus_http.security.requests import WholeRequest
from titus_http.telemetry import SILENT, Telemetry
from titus_http.webhooks.airtable.pings import MAX_BYTES, PingEdge
from titus_http.webhooks.watching import watched

PROVIDER = "airtable"
PING = "/api/webhooks/airtable"

_REFUSED = ResponseSpec(None, description="Not signed by Airtable")
_NOT_KEPT = ResponseSpec(None, description="Could not be kept: to be repeated")


def airtable_routes(ping: PingEdge, telemetry: Telemetry = SILENT) -> list[Any]:
    """The handler. It reads the raw body: the signature is over its bytes."""

    @post(
        PING,
        status_code=200,
        request_max_body_size=MAX_BYTES,
        opt=SIGNATURE,
        request_class=WholeRequest,
        media_type=MediaType.TEXT,
        responses={401: _REFUSED, 503: _NOT_KEPT},
        security=[{}],
        tags=["Webhooks"],
    )
    async def receive_airtable_ping(request: Request[Any, Any, Any]) -> Response[str]:
        """Airtable says that something in the base changed. What it was is asked for by a job."""
        return await watched(telemetry, PROVIDER, "ping", ping(await request.body(), request.headers))

    return [receive_airtable_ping]

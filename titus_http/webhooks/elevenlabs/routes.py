"""ElevenLabs' two webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from litestar import MediaType, Request, Response, post
from litestar.exceptions import InternalServerException
from litestar.openapi.datastructures import ResponseSpec

from titus_http.problems import Malformed
from titus_http.security.policies import SIGNATURE
from titus_http.security.requests import WholeRequest
from titus_http.telemetry import SILENT, Telemetry
from titus_http.webhooks.elevenlabs import initiation, post_call
from titus_http.webhooks.elevenlabs.initiation import InitiationEdge
from titus_http.webhooks.elevenlabs.post_call import PostCallEdge
from titus_http.webhooks.watching import watched

PROVIDER = "elevenlabs"
POST_CALL = "/api/voice/elevenlabs/post-call"
INITIATION = "/api/voice/elevenlabs/initiation"

_REFUSED = ResponseSpec(None, description="Not signed by ElevenLabs, for us, lately")
_NOT_KEPT = ResponseSpec(None, description="Could not be kept: to be repeated")


def elevenlabs_routes(tell: PostCallEdge, ask: InitiationEdge, telemetry: Telemetry = SILENT) -> list[Any]:
    """The two handlers. They read the raw body: signatures are over its bytes."""

    @post(
        POST_CALL,
        status_code=200,
        request_max_body_size=post_call.MAX_BYTES,
        opt=SIGNATURE,
        media_type=MediaType.TEXT,
        responses={401: _REFUSED, 503: _NOT_KEPT},
        security=[{}],
        tags=["Webhooks"],
    )
    async def receive_post_call(request: Request[Any, Any, Any]) -> Response[str]:
        """ElevenLabs tells of a conversation that is over, by its words or its sound. Signed over the raw body."""
        return await watched(telemetry, PROVIDER, "post-call", tell(_pieces(request), request.headers))

    @post(
        INITIATION,
        status_code=200,
        request_max_body_size=initiation.MAX_BYTES,
        opt=SIGNATURE,
        request_class=WholeRequest,
        responses={401: _REFUSED},
        security=[{}],
        tags=["Webhooks"],
    )
    async def receive_initiation(request: Request[Any, Any, Any]) -> Response[Any]:
        """ElevenLabs asks for the context of a new conversation, with our secret in a header."""
        return await watched(telemetry, PROVIDER, "initiation", ask(await request.body(), request.headers))

    return [receive_post_call, receive_initiation]


async def _pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body as it comes. Raises `Malformed` if it ends too soon, because whoever sent it left."""
    try:
        async for piece in request.stream():
            yield piece
    except InternalServerException:
        raise Malformed("The body ends too soon") from None

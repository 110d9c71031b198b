"""ElevenLabs' webhooks: verified over the raw bytes, stored as they came, and what they tell in the same commit."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from time import perf_counter
from typing import Any, NamedTuple

from litestar import MediaType, Request, Response, post
from litestar.openapi.datastructures import ResponseSpec

from titus_core.calls.conversations import PostCall
from titus_core.calls.keep_delivery import KeepDelivery, KeepThis
from titus_core.calls.ports import Delivery
from titus_core.calls.take_conversation import ConversationDelivery, TakeConversation
from titus_core.kernel.clock import Clock
from titus_core.kernel.correlation import about
from titus_core.kernel.errors import Invalid, Unavailable
from titus_core.kernel.ids import CallId
from titus_http.problems import Malformed
from titus_http.security.policies import SIGNATURE
from titus_http.security.requests import WholeRequest
from titus_http.telemetry import SILENT, Telemetry, Verdict
from titus_http.webhooks.elevenlabs.signature import SIGNATURE_HEADER, ElevenLabsVerifier

MAX_BYTES = 16 * 1024 * 1024
"""A transcript is far smaller. Audio events are streamed once they are used."""

INITIATION_HEADER = "x-titus-secret"
"""To be configured for the initiation webhook, which ElevenLabs does not sign: its value is the webhook secret."""

_REFUSALS = {
    401: ResponseSpec(None, description="Not signed by ElevenLabs, for us, lately"),
    503: ResponseSpec(None, description="Could not be kept: to be repeated"),
}
_LOG = logging.getLogger("titus.elevenlabs")
_PROVIDER = "elevenlabs"


class _Answer(NamedTuple):
    response: Response[Any]
    verdict: Verdict


class ElevenLabsEdge:
    """Verifies, stores, answers. `secret` blank: everything is refused."""

    def __init__(
        self,
        secret: str,
        read: Callable[[bytes], PostCall],
        take: TakeConversation,
        keep: KeepDelivery,
        clock: Clock,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._secret = secret
        self._read = read
        self._take = take
        self._verifier = ElevenLabsVerifier(secret)
        self._keep = keep
        self._clock = clock
        self._telemetry = telemetry

    async def post_call(self, body: bytes, headers: Mapping[str, str]) -> Response[Any]:
        return await self._watched("post-call", self._post_call(body, headers))

    async def initiation(self, body: bytes, headers: Mapping[str, str]) -> Response[Any]:
        return await self._watched("initiation", self._initiation(body, headers))

    async def _watched(self, route: str, answering: Awaitable[_Answer]) -> Response[Any]:
        began, verdict = perf_counter(), Verdict.FAILED
        with self._telemetry.span(f"webhook {route}", titus__webhook__provider=_PROVIDER) as span:
            try:
                response, verdict = await answering
            except Malformed:
                verdict = Verdict.UNREADABLE
                raise
            finally:
                self._telemetry.webhook(_PROVIDER, route, verdict, perf_counter() - began)
                span.note(titus__webhook__verdict=verdict.value)
        return response

    async def _post_call(self, body: bytes, headers: Mapping[str, str]) -> _Answer:
        verdict = self._verifier.verify(body, headers.get(SIGNATURE_HEADER), self._clock.now())
        if not verdict:
            _LOG.warning("refused post-call: %s", verdict.value)
            return self._refused(verdict.value, verdict.refusal_status)
        delivery = self._delivery("elevenlabs/post-call", body)
        try:
            told = self._read(body)
        except Invalid as error:
            raise Malformed(str(error)) from error
        if told.conversation is None:
            _LOG.info("a post-call event of kind %.40r tells of no conversation: kept as it came", told.kind)
        with about(call_id=_call_of(told)):
            return await self._stored("post-call", self._take(ConversationDelivery(delivery, told.conversation)))

    async def _initiation(self, body: bytes, headers: Mapping[str, str]) -> _Answer:
        given = headers.get(INITIATION_HEADER, "")
        if not self._secret or not hmac.compare_digest(given.encode(), self._secret.encode()):
            return self._refused("secret", 401)
        delivery = self._delivery("elevenlabs/initiation", body)
        answer = await self._stored("initiation", self._is_new(KeepThis(delivery, "")))
        if answer.response.status_code != 200:
            return answer
        data = {"type": "conversation_initiation_client_data", "dynamic_variables": {}}
        return answer._replace(response=Response(data, status_code=200))

    def _refused(self, reason: str, status: int) -> _Answer:
        self._telemetry.refused(_PROVIDER, reason)
        return _Answer(Response("", status_code=status, media_type="text/plain"), Verdict.REFUSED)

    def _delivery(self, route: str, body: bytes) -> Delivery:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise Malformed("The body is not UTF-8") from None
        return Delivery(
            route=route,
            key=sha256(body).hexdigest(),
            token=None,
            query="",
            body=text.replace("\0", ""),
            received_at=self._clock.now(),
        )

    async def _is_new(self, what: KeepThis) -> bool:
        return not (await self._keep(what)).repeated

    async def _stored(self, what: str, storing: Awaitable[bool]) -> _Answer:
        try:
            is_new = await storing
        except Unavailable as error:
            _LOG.error("%s: not stored: %s", what, error)
            return _Answer(Response("", status_code=503, media_type="text/plain"), Verdict.FAILED)
        verdict = Verdict.ACCEPTED if is_new else Verdict.REPEATED
        return _Answer(Response("OK", status_code=200, media_type="text/plain"), verdict)


def _call_of(told: PostCall) -> CallId | None:
    known = told.conversation
    return (known.call_id or known.provider_call_id) if known is not None else None


def elevenlabs_routes(edge: ElevenLabsEdge) -> list[Any]:
    """The two handlers. They read the raw body: the signature is over its bytes."""

    @post(
        "/api/voice/elevenlabs/post-call",
        status_code=200,
        request_max_body_size=MAX_BYTES,
        opt=SIGNATURE,
        request_class=WholeRequest,
        media_type=MediaType.TEXT,
        responses=_REFUSALS,
        security=[{}],
        tags=["Webhooks"],
    )
    async def receive_post_call(request: Request[Any, Any, Any]) -> Response[str]:
        """ElevenLabs tells of a conversation that is over. Signed over the raw body."""
        return await edge.post_call(await request.body(), request.headers)

    @post(
        "/api/voice/elevenlabs/initiation",
        status_code=200,
        request_max_body_size=MAX_BYTES,
        opt=SIGNATURE,
        request_class=WholeRequest,
        responses=_REFUSALS,
        security=[{}],
        tags=["Webhooks"],
    )
    async def receive_initiation(request: Request[Any, Any, Any]) -> Response[Any]:
        """ElevenLabs asks for the context of a new conversation, with our secret in a header."""
        return await edge.initiation(await request.body(), request.headers)

    return [receive_post_call, receive_initiation]

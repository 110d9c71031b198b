"""ElevenLabs tells of a conversation: verified over the raw bytes while they come in, stored as it came, and what it
tells in the same commit. Sound goes into a file, never through memory."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from litestar import Response

from titus_core.calls.conversations import PostCall
from titus_core.calls.ports import Delivery
from titus_core.calls.take_audio import TakeAudio
from titus_core.calls.take_conversation import ConversationDelivery, TakeConversation
from titus_core.kernel.clock import Clock
from titus_core.kernel.correlation import about
from titus_core.kernel.errors import Invalid, Unavailable
from titus_core.kernel.files import Files
from titus_core.kernel.ids import CallId
from titus_http.callers_first import CallersFirst
from titus_http.problems import Malformed
from titus_http.telemetry import Verdict
from titus_http.webhooks.elevenlabs.deliveries import delivery
from titus_http.webhooks.elevenlabs.signature import SIGNATURE_HEADER, ElevenLabsVerifier
from titus_http.webhooks.elevenlabs.signature import Verdict as Signed
from titus_http.webhooks.elevenlabs.spool import Room, Spool
from titus_http.webhooks.elevenlabs.vendor import Vendor
from titus_http.webhooks.watching import Answer

MAX_BYTES = 384 * 1024 * 1024
"""Of one event. Four hours, the longest that Twilio lets a call be, are 230 MB of MP3 at 128 kbit/s and 307 MB in
base64; what is longer is fetched by a job."""

_LOG = logging.getLogger("titus.elevenlabs")


class PostCallEdge:
    """Nothing is believed, and nothing stays, unless the signature is good."""

    def __init__(
        self,
        verifier: ElevenLabsVerifier,
        vendor: Vendor,
        take: TakeConversation,
        take_audio: TakeAudio,
        files: Files,
        clock: Clock,
        room: Room,
        callers: CallersFirst,
    ) -> None:
        self._verifier = verifier
        self._vendor = vendor
        self._take = take
        self._take_audio = take_audio
        self._files = files
        self._clock = clock
        self._room = room
        self._callers = callers

    async def __call__(self, pieces: AsyncIterator[bytes], headers: Mapping[str, str]) -> Answer:
        """Raises `Malformed` and `TooLarge`."""
        now = self._clock.now()
        claim = self._verifier.claim(headers.get(SIGNATURE_HEADER), now)
        if isinstance(claim, Signed):
            return _refused(claim)
        try:
            with Spool(claim, self._vendor.cut(), self._room) as spool:
                await spool.take(pieces)
                if not spool.verdict:
                    return _refused(spool.verdict)
                async with self._callers.aside():
                    is_new = await self._keep(spool, now)
        except Unavailable as error:
            _LOG.error("post-call: not stored: %s", error)
            return Answer(Response("", status_code=503, media_type="text/plain"), Verdict.FAILED)
        verdict = Verdict.ACCEPTED if is_new else Verdict.REPEATED
        return Answer(Response("OK", status_code=200, media_type="text/plain"), verdict)

    async def _keep(self, spool: Spool, now: datetime) -> bool:
        """Whether it is new."""
        body = spool.cut.without_sound(_left_out(spool))
        raw = delivery("post-call", body, spool.digest, now)
        try:
            told = self._vendor.post_call(body)
        except Invalid as error:
            raise Malformed(str(error)) from error
        if told.conversation is None:
            _LOG.info("a post-call event of kind %.40r tells of no conversation: kept as it came", told.kind)
        with about(call_id=_call_of(told)):
            if spool.cut.span is None:
                return await self._take(ConversationDelivery(raw, told.conversation))
            is_new = await self._heard(spool, raw, told)
            return await self._keep_whole(spool, raw, told) if is_new is None else is_new

    async def _heard(self, spool: Spool, raw: Delivery, told: PostCall) -> bool | None:
        """None unless it is an audio event, with sound that can be read."""
        if told.conversation is None or not told.sound or spool.cut.span is None:
            return None
        try:
            return await self._take_audio(raw, told.conversation, self._vendor.sound(spool.read(*spool.cut.span)))
        except Invalid as error:
            _LOG.warning("%s: sound that cannot be read: %s", told.conversation.id, error)
            return None

    async def _keep_whole(self, spool: Spool, raw: Delivery, told: PostCall) -> bool:
        """Sound that we do not know what to do with is stored with the rest of its event, as it came."""
        await self._files.put(f"webhooks/{spool.digest}.json", spool.read(), "application/json")
        return await self._take(ConversationDelivery(raw, told.conversation))


def _left_out(spool: Spool) -> str:
    """What the stored delivery has in place of the sound."""
    start, end = spool.cut.span or (0, 0)
    return f"left out: {end - start} characters; the body had {spool.size} bytes, sha256 {spool.digest}"


def _call_of(told: PostCall) -> CallId | None:
    known = told.conversation
    return (known.call_id or known.provider_call_id) if known is not None else None


def _refused(verdict: Signed) -> Answer:
    _LOG.warning("refused post-call: %s", verdict.value)
    refused = Response("", status_code=verdict.refusal_status, media_type="text/plain")
    return Answer(refused, Verdict.REFUSED, verdict.value)

"""ElevenLabs' webhooks: verified over the raw body, kept as they came with what they tell, answered."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.journeys.stage import Stage
from titus_core.calls.conversations import ConversationState
from titus_core.calls.ports import CallTx, Kept
from titus_http.bootstrap import TEST_BASE_URL

SECRET = "the webhook secret of a test"
POST_CALL = "/api/voice/elevenlabs/post-call"
BODY = b'{"type":"post_call_transcription","event_timestamp":1,"data":{"conversation_id":"conv_1"}}'


async def _pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


class ElevenLabs:
    """Whoever has the secret. `parts` are fields of `Parts`."""

    def __init__(self, secret: str = SECRET, **parts: Any) -> None:
        self.stage = Stage(elevenlabs_secret=secret, **parts)
        app: Any = self.stage.titus.app
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=TEST_BASE_URL)

    async def post(self, body: bytes, *, secret: str = SECRET, age: int = 0, piece: int = 0) -> httpx.Response:
        """`piece`: in pieces of so many bytes, without a length."""
        sent = int(self.stage.world.clock.now().timestamp()) - age
        digest = hmac.new(secret.encode(), f"{sent}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"elevenlabs-signature": f"t={sent},v0={digest}", "Content-Type": "application/json"}
        content = _pieces(body, piece) if piece else body
        return await self.http.post(POST_CALL, content=content, headers=headers)

    async def stored(self, body: bytes) -> str | None:
        """The delivery of this body, as the store has it."""
        found = [one for one in self.stage.store.deliveries() if one.key == hashlib.sha256(body).hexdigest()]
        return found[0].body if found else None


@pytest.fixture
def elevenlabs() -> ElevenLabs:
    return ElevenLabs()


async def test_a_signed_report_is_kept_and_its_repetition_too(elevenlabs: ElevenLabs) -> None:
    assert (await elevenlabs.post(BODY)).status_code == 200
    assert (await elevenlabs.post(BODY)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"text":"\\u0000"}',
        '{"who":"Zoë"}'.encode(),
        b"[1, 2]",
        b'{"type":"a_kind_of_next_year","data":{"conversation_id":"conv_1"}}',
        b'{"type":"post_call_transcription","data":{"transcript":7}}',
        b'{"type":"post_call_audio","event_timestamp":1,"data":{"conversation_id":"","full_audio":"AA=="}}',
    ],
)
async def test_whatever_was_signed_is_kept(elevenlabs: ElevenLabs, body: bytes) -> None:
    assert (await elevenlabs.post(body)).status_code == 200
    assert await elevenlabs.stage.store.reader.unlinked(9) == ()
    assert await elevenlabs.stage.store.transact(_kept, body) is not None


@pytest.mark.parametrize("body", [b"not json", b"[" * 2000 + b"]" * 2000, b""])
async def test_what_is_no_json_is_refused(elevenlabs: ElevenLabs, body: bytes) -> None:
    assert (await elevenlabs.post(body)).status_code == 400


async def test_one_of_a_new_shape_is_asked_for(elevenlabs: ElevenLabs) -> None:
    assert (await elevenlabs.post(BODY)).status_code == 200
    (known,) = await elevenlabs.stage.store.reader.unlinked(9)
    assert (known.id, known.conversation.state) == ("conv_1", ConversationState.PROCESSING)
    (job,) = (await elevenlabs.stage.store.jobs.jobs(None, 9, None)).items
    assert (job.kind, job.subject) == ("pull_conversation", "conv_1")


async def test_a_forged_report_is_refused(elevenlabs: ElevenLabs) -> None:
    assert (await elevenlabs.post(BODY, secret="another secret")).status_code == 401
    assert (await elevenlabs.post(BODY, age=31 * 60)).status_code == 401
    assert (await elevenlabs.http.post(POST_CALL, content=BODY)).status_code == 401


async def test_without_a_secret_nothing_is_accepted_and_nothing_is_lost() -> None:
    assert (await ElevenLabs(secret="").post(BODY)).status_code == 503


async def test_a_report_that_cannot_be_stored_is_to_be_repeated(elevenlabs: ElevenLabs) -> None:
    await elevenlabs.stage.store.close()
    assert (await elevenlabs.post(BODY)).status_code == 503


async def test_text_that_is_no_text_is_refused(elevenlabs: ElevenLabs) -> None:
    assert (await elevenlabs.post(b'{"text":"\xff"}')).status_code == 400


async def _kept(tx: CallTx, body: bytes) -> Kept | None:
    return await tx.inbox.find("elevenlabs/post-call", hashlib.sha256(body).hexdigest(), None)

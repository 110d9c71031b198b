"""ElevenLabs sends what was said as sound: large, in pieces, once, before or after the words."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.http.webhooks.test_elevenlabs_edge import ElevenLabs
from titus_adapters.memory.files import MemoryFiles
from titus_core.calls.transcripts import Transcript
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import ConversationId
from titus_http.webhooks.elevenlabs.spool import IN_MEMORY

MP3 = b"\xff\xfb\x10\xc4" + bytes(1000)
LARGE = MP3 * 3000
CONVERSATION = ConversationId("conv_1")
TOLD = "conversations/conv_1/told.mp3"


def audio(sound: bytes = MP3, kind: str = "post_call_audio", **data: object) -> bytes:
    whose = {"agent_id": "agent_01", "conversation_id": CONVERSATION}
    known = {**whose, "full_audio": base64.b64encode(sound).decode(), **data}
    return msgspec.json.encode({"type": kind, "event_timestamp": 1795400099, "data": known})


def words() -> bytes:
    said = [{"role": "agent", "message": "Hello", "time_in_call_secs": 0}]
    data = {"conversation_id": CONVERSATION, "agent_id": "agent_01", "status": "done", "transcript": said}
    return msgspec.json.encode({"type": "post_call_transcription", "event_timestamp": 1, "data": data})


async def transcript(elevenlabs: ElevenLabs) -> Transcript:
    found: Transcript | None = await elevenlabs.stage.store.reader.transcript(CONVERSATION)
    assert found is not None
    return found


async def jobs(elevenlabs: ElevenLabs) -> list[str]:
    return [job.kind for job in (await elevenlabs.stage.store.jobs.jobs(None, 9, None)).items]


def in_folder(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.fixture
def elevenlabs() -> ElevenLabs:
    return ElevenLabs()


@pytest.mark.parametrize("sound", [MP3, LARGE])
@pytest.mark.parametrize("piece", [0, 50_000])
async def test_sound_is_kept_with_its_conversation(elevenlabs: ElevenLabs, sound: bytes, piece: int) -> None:
    assert (await elevenlabs.post(audio(sound), piece=piece)).status_code == 200
    known = await transcript(elevenlabs)
    assert known.audio == StoredFile(TOLD, len(sound), hashlib.sha256(sound).hexdigest(), "audio/mpeg")
    assert elevenlabs.stage.world.files.contents[TOLD] == sound
    assert known.conversation.has_audio
    assert await jobs(elevenlabs) == ["pull_conversation"], "its words are asked for"


async def test_what_is_stored_of_the_delivery_is_everything_but_the_sound(elevenlabs: ElevenLabs) -> None:
    body = audio(LARGE)
    await elevenlabs.post(body)
    stored = await elevenlabs.stored(body)
    assert stored is not None
    assert len(stored) < 500
    left = msgspec.json.decode(stored)
    digest = hashlib.sha256(body).hexdigest()
    assert left["data"].pop("full_audio") == (
        f"left out: {len(base64.b64encode(LARGE))} characters; the body had {len(body)} bytes, sha256 {digest}"
    )
    assert left == {
        "type": "post_call_audio",
        "event_timestamp": 1795400099,
        "data": {"agent_id": "agent_01", "conversation_id": "conv_1"},
    }


async def test_in_every_order_and_repeated_the_same_is_known() -> None:
    found = []
    for bodies in itertools.permutations((words(), audio(), audio(), words())):
        elevenlabs = ElevenLabs()
        for body in bodies:
            assert (await elevenlabs.post(body)).status_code == 200
        known = await transcript(elevenlabs)
        found.append((known.conversation, known.audio))
        assert len(elevenlabs.stage.store.deliveries()) == 2
    assert len(set(found)) == 1
    assert [turn.text for turn in found[0][0].turns] == ["Hello"]
    assert found[0][1] is not None


async def test_a_second_sound_of_a_conversation_leaves_the_first(elevenlabs: ElevenLabs) -> None:
    await elevenlabs.post(audio())
    before = await transcript(elevenlabs)
    assert (await elevenlabs.post(audio(b"something else"))).status_code == 200
    assert (await transcript(elevenlabs)).audio == before.audio
    assert elevenlabs.stage.world.files.contents == {TOLD: MP3}
    assert len(elevenlabs.stage.store.deliveries()) == 2


@pytest.mark.parametrize("sound", [MP3, LARGE])
async def test_of_forged_sound_nothing_stays(elevenlabs: ElevenLabs, sound: bytes, tmp_path: Path) -> None:
    elevenlabs = ElevenLabs(spool_dir=tmp_path)
    assert (await elevenlabs.post(audio(sound), secret="another")).status_code == 401
    assert (await elevenlabs.post(audio(sound), age=31 * 60)).status_code == 401
    assert elevenlabs.stage.world.files.contents == {}
    assert elevenlabs.stage.store.deliveries() == ()
    assert await elevenlabs.stage.store.reader.transcript(CONVERSATION) is None
    assert in_folder(tmp_path) == []


async def test_a_large_body_is_laid_aside_in_a_file_without_a_name(tmp_path: Path) -> None:
    class Files(MemoryFiles):
        async def put(self, key: str, content: AsyncIterator[bytes], content_type: str) -> StoredFile:
            assert in_folder(tmp_path / "spool") == []
            return await super().put(key, content, content_type)

    elevenlabs = ElevenLabs(spool_dir=tmp_path / "spool", files=Files())
    assert (await elevenlabs.post(audio(LARGE), piece=65_536)).status_code == 200
    assert (await transcript(elevenlabs)).audio is not None


@pytest.mark.parametrize("piece", [0, 1000])
async def test_sound_that_cannot_be_read_is_kept_as_it_came(elevenlabs: ElevenLabs, piece: int) -> None:
    body = audio(full_audio="this is no base64!")
    assert (await elevenlabs.post(body, piece=piece)).status_code == 200
    known = await transcript(elevenlabs)
    assert (known.audio, known.conversation.has_audio) == (None, True)
    digest = hashlib.sha256(body).hexdigest()
    assert elevenlabs.stage.world.files.contents == {f"webhooks/{digest}.json": body}


@pytest.mark.parametrize("kind", ["unredacted_audio", "a_kind_of_next_year"])
async def test_an_unknown_kind_with_sound_is_kept_as_it_came(elevenlabs: ElevenLabs, kind: str) -> None:
    body = audio(LARGE, kind)
    assert (await elevenlabs.post(body, piece=70_000)).status_code == 200
    assert elevenlabs.stage.world.files.contents == {f"webhooks/{hashlib.sha256(body).hexdigest()}.json": body}
    assert await elevenlabs.stage.store.reader.transcript(CONVERSATION) is None
    assert await elevenlabs.stored(body) is not None


@pytest.mark.parametrize("full_audio", [None, "", 7])
async def test_sound_without_anything_to_hear_is_asked_for(elevenlabs: ElevenLabs, full_audio: object) -> None:
    assert (await elevenlabs.post(audio(full_audio=full_audio))).status_code == 200
    known = await transcript(elevenlabs)
    assert (known.audio, known.conversation.has_audio) == (None, True)
    assert elevenlabs.stage.world.files.contents == {}


async def test_an_odd_id_is_no_way_into_other_folders(elevenlabs: ElevenLabs) -> None:
    assert (await elevenlabs.post(audio(conversation_id="../../etc/passwd"))).status_code == 200
    (key,) = elevenlabs.stage.world.files.contents
    assert key == f"conversations/{hashlib.sha256(b'../../etc/passwd').hexdigest()}/told.mp3"


async def test_when_files_cannot_be_stored_it_is_503_and_nothing_is_kept(elevenlabs: ElevenLabs) -> None:
    elevenlabs.stage.world.files.down = True
    assert (await elevenlabs.post(audio())).status_code == 503
    assert elevenlabs.stage.store.deliveries() == ()
    elevenlabs.stage.world.files.down = False
    assert (await elevenlabs.post(audio())).status_code == 200
    assert (await transcript(elevenlabs)).audio is not None


async def test_when_the_store_is_gone_it_is_503(elevenlabs: ElevenLabs) -> None:
    await elevenlabs.stage.store.close()
    assert (await elevenlabs.post(audio())).status_code == 503


async def test_a_folder_that_cannot_be_used_is_503(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    elevenlabs = ElevenLabs(spool_dir=tmp_path / "file")
    assert (await elevenlabs.post(audio(LARGE))).status_code == 503
    assert (await elevenlabs.post(audio(MP3))).status_code == 200


async def test_json_that_ends_in_the_sound_is_malformed(elevenlabs: ElevenLabs) -> None:
    for sound in (MP3, LARGE):
        assert (await elevenlabs.post(audio(sound)[:-20], piece=99_999)).status_code == 400
    assert elevenlabs.stage.store.deliveries() == ()


async def test_a_sender_who_leaves_gives_its_place_back(elevenlabs: ElevenLabs) -> None:
    for _ in range(9):
        assert await _breaks_off(elevenlabs, audio(LARGE)[: 2 * IN_MEMORY]) == 400
    assert (await elevenlabs.post(audio(LARGE))).status_code == 200


async def _breaks_off(elevenlabs: ElevenLabs, part: bytes) -> int:
    """What somebody is answered who sends this much and leaves."""
    sent: list[Any] = []
    messages = [{"type": "http.request", "body": part, "more_body": True}, {"type": "http.disconnect"}]
    now = int(elevenlabs.stage.world.clock.now().timestamp())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/api/voice/elevenlabs/post-call",
        "raw_path": b"/api/voice/elevenlabs/post-call",
        "query_string": b"",
        "root_path": "",
        "scheme": "https",
        "server": ("titus.example.org.au", 443),
        "headers": [(b"elevenlabs-signature", f"t={now},v0={'0' * 64}".encode())],
    }

    async def receive() -> Any:
        await asyncio.sleep(0)
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    app: Any = elevenlabs.stage.titus.app
    await app(scope, receive, send)
    status: int = sent[0]["status"]
    return status

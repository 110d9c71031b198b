"""`calls.ports.CallReader.with_copies` and `with_audio`: what may be erased, and whose callers still wait for us."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from tests.contracts.examples import a_call, call_id, later
from tests.contracts.stores import Store, Tx, Write, write
from tests.contracts.test_callbacks import CLAIMED, CLOSED, a_callback
from tests.contracts.test_transcripts import a_transcript
from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.recordings import MemoryRecordings
from titus_core.callbacks.model import Callback
from titus_core.calls.erase_at_provider import EraseAtProvider
from titus_core.calls.erase_old_recordings import EraseOldRecordings
from titus_core.calls.model import Call, Recording
from titus_core.calls.transcripts import Link, Transcript
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import ConversationId, RecordingId

SOUND = StoredFile("recordings/RE1.mp3", 7, "00", "audio/mpeg")
KEPT = Recording(RecordingId("RE1"), file=SOUND)
NOT_KEPT = Recording(RecordingId("RE2"))
ERASED = Recording(RecordingId("RE3"), erased=True)


def recorded(number: int, *recordings: Recording, **changes: object) -> Call:
    """A settled call that became known so many seconds after noon."""
    known = {"seen_at": later(number), "settled_at": later(60), "recordings": recordings or (KEPT,), **changes}
    return a_call(number, **known)


def heard(number: int, **changes: object) -> Transcript:
    told = {"heard_at": later(number), "audio": SOUND, "call_id": call_id(number), "link": Link.OUR_ID, **changes}
    return a_transcript(f"conv_{number}", 2, **told)


async def sound() -> AsyncIterator[bytes]:
    yield b"a sound"


def saving(*things: Call | Transcript | Callback) -> Write:
    def save(tx: Tx) -> None:
        for thing in things:
            match thing:
                case Call():
                    tx.calls.save(thing)
                case Transcript():
                    tx.transcripts.save(thing)
                case _:
                    tx.callbacks.save(thing)

    return save


async def numbers(store: Store, before: int = 99, limit: int = 9) -> list[int]:
    return [int(found.removeprefix("CA"), 16) for found in await store.reader.with_copies(later(before), limit)]


async def conversations(store: Store, before: int = 99, limit: int = 9) -> list[ConversationId]:
    return list(await store.reader.with_audio(later(before), limit))


async def test_calls_with_a_copy_are_found_the_earliest_first(store: Store) -> None:
    await write(store, saving(recorded(3), recorded(1, NOT_KEPT, KEPT), recorded(2)))
    assert await numbers(store) == [1, 2, 3]
    assert await numbers(store, limit=2) == [1, 2]


async def test_only_those_that_became_known_before(store: Store) -> None:
    await write(store, saving(recorded(1), recorded(2), recorded(3)))
    assert await numbers(store, before=2) == [1]
    assert await numbers(store, before=1) == []


async def test_a_call_without_a_copy_is_not_found(store: Store) -> None:
    await write(store, saving(a_call(1, settled_at=later(60)), recorded(2, NOT_KEPT), recorded(3, ERASED)))
    assert await numbers(store) == []


async def test_a_call_that_is_not_settled_is_not_found(store: Store) -> None:
    await write(store, saving(recorded(1, settled_at=None)))
    assert await numbers(store) == []


async def test_one_is_found_from_when_there_is_a_copy_until_it_is_erased(store: Store) -> None:
    await write(store, saving(recorded(1, NOT_KEPT)))
    assert await numbers(store) == []
    await write(store, saving(recorded(1, version=1)))
    assert await numbers(store) == [1]
    await write(store, saving(recorded(1, ERASED, version=2)))
    assert await numbers(store) == []


@pytest.mark.parametrize("owed", [a_callback(1), replace(CLAIMED, call_id=call_id(1))], ids=["open", "claimed"])
async def test_while_its_caller_is_to_be_called_back_nothing_is_found(store: Store, owed: Callback) -> None:
    await write(store, saving(recorded(1), recorded(2), heard(1), heard(2), owed))
    assert await numbers(store, limit=1) == [2]
    assert await conversations(store, limit=1) == ["conv_2"]
    await write(store, saving(replace(owed, version=1, closing=CLOSED.closing)))
    assert await numbers(store) == [1, 2]
    assert await conversations(store) == ["conv_1", "conv_2"]


async def test_conversations_with_sound_are_found_the_earliest_first(store: Store) -> None:
    await write(store, saving(heard(3), heard(1), heard(2), heard(4, audio=None)))
    assert await conversations(store) == ["conv_1", "conv_2", "conv_3"]
    assert await conversations(store, limit=2) == ["conv_1", "conv_2"]
    assert await conversations(store, before=2) == ["conv_1"]


async def test_one_whose_sound_is_erased_is_not_found_any_more(store: Store) -> None:
    await write(store, saving(heard(1)))
    await write(store, saving(heard(1, audio=None, audio_erased=True, version=1)))
    assert await conversations(store) == []
    transcript = await store.reader.transcript(ConversationId("conv_1"))
    assert transcript is not None
    assert transcript.audio_erased


async def test_one_that_belongs_to_no_call_yet_may_be_somebodys_who_is_owed(store: Store) -> None:
    await write(store, saving(heard(1, call_id=None, link=None)))
    assert await conversations(store) == []


async def test_erasing_is_stored_with_its_events(store: Store) -> None:
    files, source, clock = MemoryFiles(), MemoryRecordings(), ManualClock(later(99))
    stored = await files.put(SOUND.key, sound(), "audio/mpeg")
    kept = replace(KEPT, file=stored)
    await write(store, saving(recorded(1, kept), heard(1, audio=replace(stored, key="conversations/conv_1.mp3"))))
    await EraseAtProvider(store, store.reader, source, files, clock)(call_id(1), kept.id)
    await EraseOldRecordings(store, store.reader, files, clock, days=0)()
    assert files.contents == {}
    call, transcript = await store.reader.call(call_id(1)), await store.reader.transcript(ConversationId("conv_1"))
    assert call is not None
    assert transcript is not None
    assert call.recordings == (replace(kept, file=None, erased=True, erased_at_provider=True),)
    assert (transcript.audio, transcript.audio_erased) == (None, True)
    told = [event.kind for event in await store.reader.events(call_id(1))]
    assert told == ["call.recording_erased_at_provider", "call.recording_erased"]
    assert (await numbers(store), await conversations(store)) == ([], [])

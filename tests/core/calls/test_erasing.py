"""What was recorded is deleted at the provider when our copy is whole, and here when its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import CALL
from tests.core.calls.office import at_once
from tests.core.calls.test_keeping_recordings import KEY, RECORDING, Desk
from titus_adapters.memory.clock import NOON
from titus_core.callbacks.model import Callback, Closing, Person, Resolution
from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.calls.erase_at_provider import EraseAtProvider
from titus_core.calls.erase_old_recordings import MOST, EraseOldRecordings
from titus_core.calls.events import RecordingErased, RecordingErasedAtProvider
from titus_core.calls.history import fold
from titus_core.calls.model import Recording, RecordingState
from titus_core.calls.transcripts import Link, Transcript
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, ConversationId, RecordingId, UserId

CONVERSATION = ConversationId("conv_1")
SOUND = StoredFile("conversations/conv_1.mp3", 5, "00", "audio/mpeg")
DAYS = 30


class Shredder(Desk):
    """A settled call whose recording is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.work()
        store, clock = self.office.store, self.office.clock
        self.at_provider = EraseAtProvider(store, store.reader, self.source, self.files, clock)
        self.old = EraseOldRecordings(store, store.reader, self.files, clock, DAYS)
        self.change(lambda tx: tx.calls.save(replace(self.office.call(CALL), settled_at=clock.now())))

    def change(self, write: Any) -> None:
        async def work(tx: Any, command: object) -> None:
            write(tx)

        at_once(self.office.store.transact(work, None))

    def owe(self, closing: Closing | None = None, version: int = 0) -> None:
        callback = Callback(
            call_id=CALL,
            caller=None,
            from_number="",
            to_number="",
            outcome="voicemail",
            called_at=NOON,
            owed_at=NOON,
            closing=closing,
            version=version,
        )
        self.change(lambda tx: tx.callbacks.save(callback))

    def hear(self, call_id: CallId | None = CALL, audio: StoredFile | None = SOUND) -> None:
        told = Conversation(id=CONVERSATION, state=ConversationState.DONE)
        self.files.contents[SOUND.key] = b"sound"
        known = Transcript(conversation=told, heard_at=NOON, call_id=call_id, link=Link.OUR_ID, audio=audio)
        self.change(lambda tx: tx.transcripts.save(known))

    def erase_at_provider(self) -> None:
        at_once(self.at_provider(CALL, RECORDING))

    def erase_old(self, days: float = DAYS + 1) -> None:
        self.office.clock.advance(timedelta(days=days).total_seconds())
        at_once(self.old())

    def told(self, kind: type) -> int:
        return len([event for event, _ in self.office.events(CALL) if isinstance(event, kind)])

    def told_of_conversation(self) -> list[str]:
        trail = [envelope for envelope in self.office.store._state.trail if envelope.subject.startswith("conv")]
        return [envelope.subject for envelope in trail]

    def transcript(self) -> Transcript:
        transcript = at_once(self.office.store.reader.transcript(CONVERSATION))
        assert transcript is not None
        return transcript


# --- at the provider --------------------------------------------------------------------------------------------------


def test_the_providers_is_deleted_when_ours_is_whole() -> None:
    desk = Shredder()
    desk.erase_at_provider()
    assert desk.source.sounds == {}
    assert desk.files.contents == {KEY: b"sound"}
    assert desk.recording().erased_at_provider
    assert desk.told(RecordingErasedAtProvider) == 1


@pytest.mark.parametrize("damaged", [b"sounD", b"soun", b"sound ", b""])
def test_where_ours_is_damaged_the_providers_is_left(damaged: bytes) -> None:
    desk = Shredder()
    desk.files.contents[KEY] = damaged
    with pytest.raises(NotFound, match="the provider's is left"):
        desk.erase_at_provider()
    assert desk.source.sounds == {RECORDING: b"sound"}
    assert not desk.recording().erased_at_provider


def test_where_ours_is_gone_the_providers_is_left() -> None:
    desk = Shredder()
    at_once(desk.files.delete(KEY))
    with pytest.raises(NotFound):
        desk.erase_at_provider()
    assert desk.source.sounds == {RECORDING: b"sound"}


def test_where_ours_cannot_be_read_now_the_providers_is_left() -> None:
    desk = Shredder()
    desk.files.down = True
    with pytest.raises(Unavailable):
        desk.erase_at_provider()
    assert desk.source.sounds == {RECORDING: b"sound"}


def test_while_the_provider_cannot_be_asked_nothing_is_noted() -> None:
    desk = Shredder()
    desk.source.down = True
    with pytest.raises(Unavailable):
        desk.erase_at_provider()
    assert not desk.recording().erased_at_provider
    desk.source.down = False
    desk.erase_at_provider()
    assert desk.recording().erased_at_provider


def test_what_the_provider_has_no_longer_is_noted_too() -> None:
    desk = Shredder()
    desk.source.sounds.clear()
    desk.erase_at_provider()
    assert desk.recording().erased_at_provider


def test_it_is_deleted_at_the_provider_once() -> None:
    desk = Shredder()
    desk.erase_at_provider()
    desk.source.down = True
    desk.erase_at_provider()
    assert desk.told(RecordingErasedAtProvider) == 1


def test_of_two_that_delete_it_at_once_one_is_noted() -> None:
    desk = Shredder()

    class Slow(type(desk.source)):  # type: ignore[misc]
        async def delete(self, recording_id: RecordingId) -> None:
            desk.erase_at_provider()  # the other one is faster

    store = desk.office.store
    at_once(EraseAtProvider(store, store.reader, Slow(), desk.files, desk.office.clock)(CALL, RECORDING))
    assert desk.told(RecordingErasedAtProvider) == 1


def test_without_a_copy_of_ours_nothing_is_deleted_there() -> None:
    desk = Shredder()
    desk.tell(RecordingState.COMPLETED, RecordingId("RE2"))
    desk.source.sounds[RecordingId("RE2")] = b"other"
    at_once(desk.at_provider(CALL, RecordingId("RE2")))
    at_once(desk.at_provider(CallId("CAother"), RecordingId("RE2")))
    assert RecordingId("RE2") in desk.source.sounds


# --- here -------------------------------------------------------------------------------------------------------------


def test_a_copy_is_erased_when_its_time_is_over_and_not_before() -> None:
    desk = Shredder()
    desk.erase_old(DAYS)
    assert desk.files.contents == {KEY: b"sound"}
    desk.erase_old(0.001)
    assert desk.files.contents == {}
    assert desk.recording() == replace(desk.recording(), file=None, erased=True)
    assert desk.told(RecordingErased) == 1
    desk.erase_old()
    assert desk.told(RecordingErased) == 1


def test_all_recordings_of_a_call_are_erased() -> None:
    desk = Shredder()
    other = RecordingId("RE2")
    desk.tell(RecordingState.COMPLETED, other)
    desk.source.sounds[other] = b"other"
    desk.work(other)
    desk.erase_old()
    assert desk.files.contents == {}
    assert desk.told(RecordingErased) == 2


def test_one_run_erases_so_many_and_the_next_goes_on() -> None:
    desk = Shredder()
    for number in range(MOST):
        call_id, file = CallId(f"CA{number}"), replace(SOUND, key=f"recordings/{number}.mp3")
        call = replace(desk.office.call(CALL), id=call_id, recordings=(Recording(RECORDING, file=file),), version=0)
        desk.files.contents[file.key] = b"sound"
        desk.change(lambda tx, call=call: tx.calls.save(call))
    desk.erase_old()
    assert len(desk.files.contents) == 1
    desk.erase_old()
    assert desk.files.contents == {}


def test_erasing_is_no_news_of_the_call() -> None:
    desk = Shredder()
    before = desk.office.call(CALL).news_at
    desk.erase_at_provider()
    desk.erase_old()
    assert desk.office.call(CALL).news_at == before


def test_while_the_caller_is_to_be_called_back_what_they_said_is_kept() -> None:
    desk = Shredder()
    desk.hear()
    desk.owe()
    desk.erase_old()
    assert len(desk.files.contents) == 2
    desk.owe(Closing(Person(UserId(1), "Ana Ferris"), NOON, Resolution.REACHED), version=1)
    desk.erase_old()
    assert desk.files.contents == {}


def test_a_callback_that_comes_while_others_are_erased_is_still_in_time() -> None:
    desk = Shredder()
    desk.hear()

    class Late(type(desk.office.store.reader)):  # type: ignore[misc]
        async def with_copies(self, before: object, limit: int) -> tuple[CallId, ...]:
            desk.owe()
            return (CALL, CallId("CAother"))

        async def with_audio(self, before: object, limit: int) -> tuple[ConversationId, ...]:
            return (CONVERSATION, ConversationId("conv_other"))

    store = desk.office.store
    at_once(EraseOldRecordings(store, Late(store._state, lambda: None), desk.files, desk.office.clock, DAYS)())
    assert len(desk.files.contents) == 2
    assert desk.recording().file is not None


def test_a_file_that_was_deleted_without_its_event_gets_it_at_the_next_run() -> None:
    desk = Shredder()
    at_once(desk.files.delete(KEY))
    desk.erase_old()
    assert desk.recording().erased


def test_one_that_cannot_be_deleted_does_not_keep_the_others() -> None:
    desk = Shredder()
    desk.hear()

    class Stubborn(type(desk.files)):  # type: ignore[misc]
        async def delete(self, key: str) -> None:
            if key == KEY:
                raise Unavailable("the disk is read-only")
            await desk.files.delete(key)

    store = desk.office.store
    desk.office.clock.advance(timedelta(days=DAYS + 1).total_seconds())
    with pytest.raises(Unavailable, match="1 of 2 could not be erased: the disk is read-only"):
        at_once(EraseOldRecordings(store, store.reader, Stubborn(), desk.office.clock, DAYS)())
    assert desk.recording().file is not None
    assert desk.transcript().audio_erased


def test_the_sound_of_a_conversation_is_erased_and_its_words_stay() -> None:
    desk = Shredder()
    desk.hear()
    before = desk.transcript()
    desk.erase_old()
    after = desk.transcript()
    assert (after.audio, after.audio_erased) == (None, True)
    assert after.conversation == before.conversation
    assert desk.files.contents == {}
    assert desk.told_of_conversation() == [f"conversation:{CONVERSATION}"]


def test_of_a_conversation_of_no_call_the_sound_is_kept() -> None:
    desk = Shredder()
    desk.hear(call_id=None)
    desk.erase_old()
    assert desk.transcript().audio == SOUND


def test_of_two_that_erase_the_sound_at_once_one_is_noted() -> None:
    desk = Shredder()
    desk.hear()

    class Slow(type(desk.files)):  # type: ignore[misc]
        async def delete(self, key: str) -> None:
            if key == SOUND.key:
                desk.erase_old()  # the other one is faster

    store = desk.office.store
    desk.office.clock.advance(timedelta(days=DAYS + 1).total_seconds())
    at_once(EraseOldRecordings(store, store.reader, Slow(), desk.office.clock, DAYS)())
    assert len(desk.told_of_conversation()) == 1


def test_the_order_in_which_erasing_is_told_makes_no_difference() -> None:
    desk = Shredder()
    desk.erase_at_provider()
    desk.erase_old()
    events = [
        one for one in desk.office.events(CALL) if isinstance(one[0], RecordingErased | RecordingErasedAtProvider)
    ]
    forwards, backwards = fold(events), fold(reversed(events))
    assert forwards is not None
    assert backwards is not None
    assert forwards.recordings == backwards.recordings == (Recording(RECORDING, erased=True, erased_at_provider=True),)

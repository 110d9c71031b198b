"""A recording is copied once, whole, and only when it is complete."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import CALL, group
from tests.core.calls.office import Office, at_once
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.recordings import MemoryRecordings
from titus_core.calls.events import RecordingErased, RecordingKept, RecordingReported
from titus_core.calls.history import evolve, fold
from titus_core.calls.keep_recording import KeepRecording
from titus_core.calls.model import Recording, RecordingState
from titus_core.calls.recordings import to_be_heard
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, RecordingId

RECORDING = RecordingId("RE1")
KEY = "recordings/RE1.mp3"


class Desk:
    """A call of which there is a recording."""

    def __init__(self, state: RecordingState = RecordingState.COMPLETED) -> None:
        self.office, self.source, self.files = Office(group()), MemoryRecordings(), MemoryFiles()
        self.source.sounds[RECORDING] = b"sound"
        self.tell(state)
        store = self.office.store
        self.keep = KeepRecording(store, store.reader, self.source, self.files, self.office.clock)

    def tell(self, state: RecordingState, recording_id: RecordingId = RECORDING) -> None:
        report = RecordingReported(call_id=CALL, recording_id=recording_id, state=state, duration=7)
        self.office.deliver(self.office.note_report, "recording", f"{recording_id}:{state}", report)

    def work(self, recording_id: RecordingId = RECORDING, call_id: CallId = CALL) -> None:
        at_once(self.keep(call_id, recording_id))

    def recording(self) -> Recording:
        return self.office.call(CALL).recordings[0]


def test_a_complete_recording_is_copied_and_noted() -> None:
    desk = Desk()
    desk.work()
    assert desk.files.contents == {KEY: b"sound"}
    file = desk.recording().file
    assert file == at_once(desk.files.about(KEY))
    assert to_be_heard(desk.office.call(CALL)) == desk.recording()


def test_copying_is_no_news_of_the_call() -> None:
    desk = Desk()
    before = desk.office.call(CALL).news_at
    desk.office.clock.advance(20)
    desk.work()
    assert desk.office.call(CALL).news_at == before


@pytest.mark.parametrize("state", [RecordingState.IN_PROGRESS, RecordingState.ABSENT])
def test_one_that_is_not_complete_waits(state: RecordingState) -> None:
    desk = Desk(state)
    with pytest.raises(Unavailable, match="not complete yet"):
        desk.work()
    assert desk.files.contents == {}


def test_one_of_a_call_that_is_not_known_waits() -> None:
    desk = Desk()
    for recording_id, call_id in ((RecordingId("REother"), CALL), (RECORDING, CallId("CAother"))):
        with pytest.raises(Unavailable):
            desk.work(recording_id, call_id)


def test_one_that_the_provider_does_not_have_yet_waits() -> None:
    desk = Desk()
    del desk.source.sounds[RECORDING]
    with pytest.raises(Unavailable, match=r"does not have the recording \(yet\)"):
        desk.work()


def test_one_that_breaks_off_is_not_kept() -> None:
    desk = Desk()
    desk.source.breaks_after = 2
    with pytest.raises(Unavailable, match="broke off"):
        desk.work()
    assert desk.files.contents == {}
    assert desk.recording().file is None


def test_an_empty_one_is_none() -> None:
    desk = Desk()
    desk.source.sounds[RECORDING] = b""
    with pytest.raises(Unavailable, match="empty"):
        desk.work()
    assert desk.recording().file is None


def test_a_copy_that_differs_is_none() -> None:
    class Forgetful(MemoryFiles):
        async def about(self, key: str) -> StoredFile | None:
            return None

    desk = Desk()
    store = desk.office.store
    desk.keep = KeepRecording(store, store.reader, desk.source, Forgetful(), desk.office.clock)
    with pytest.raises(Unavailable, match="is not what was received"):
        desk.work()
    assert desk.recording().file is None


def test_it_is_copied_once() -> None:
    desk = Desk()
    desk.work()
    version = desk.office.call(CALL).version
    desk.source.down = True
    desk.work()
    assert desk.office.call(CALL).version == version


def test_of_two_at_once_one_is_noted() -> None:
    desk = Desk()

    class Slow(MemoryFiles):
        async def about(self, key: str) -> StoredFile | None:
            desk.work()  # the other one is faster
            return await super().about(key)

    store = desk.office.store
    twin = KeepRecording(store, store.reader, desk.source, Slow(), desk.office.clock)
    at_once(twin(CALL, RECORDING))
    kept = [event for event, _ in desk.office.events(CALL) if isinstance(event, RecordingKept)]
    assert len(kept) == 1


def test_what_was_erased_is_not_fetched_again() -> None:
    desk = Desk()
    desk.work()
    call = evolve(
        desk.office.call(CALL), RecordingErased(call_id=CALL, recording_id=RECORDING), desk.office.clock.now()
    )
    (recording,) = call.recordings
    assert (recording.file, recording.erased) == (None, True)
    assert to_be_heard(call) is None


def test_the_copy_may_be_told_before_the_report() -> None:
    desk = Desk()
    desk.work()
    events = [one for one in desk.office.events(CALL) if isinstance(one[0], RecordingKept | RecordingReported)]
    forwards, backwards = fold(events), fold(reversed(events))
    assert forwards is not None
    assert backwards is not None
    assert forwards.recordings == backwards.recordings

"""When the demo calls what was kept of a call whole."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import ANA, NOON, arrived, bridged, caller, group, leg, phone, world
from tests.core.calls.story import Story
from titus_core.calls.model import Call, CallStatus, Recording, RecordingState
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import RecordingId
from titus_http.cli.demo import Kept

FILE = StoredFile(key="recordings/RE1.mp3", size=1, content_type="audio/mpeg", sha256="0" * 64)
RECORDING = Recording(id=RecordingId("RE1"), state=RecordingState.COMPLETED)


@pytest.fixture
def answered() -> Call:
    story = Story(world(ANA)).tell(arrived(group(phone(ANA)))).after(4)
    story.tell(leg(CallStatus.IN_PROGRESS, wave=1)).after(30)
    call = story.tell(leg(CallStatus.COMPLETED, wave=1), bridged(1), caller()).call
    return replace(call, settled_at=NOON)


def test_an_answered_call_is_whole_with_a_copy_of_its_recording(answered: Call) -> None:
    kept = replace(answered, recordings=(replace(RECORDING, file=FILE),))
    assert Kept(kept, None, None, ()).is_whole


@pytest.mark.parametrize("recordings", [(), (RECORDING,)])
def test_without_a_copy_of_a_recording_an_answered_call_is_not_whole(
    answered: Call, recordings: tuple[Recording, ...]
) -> None:
    assert not Kept(replace(answered, recordings=recordings), None, None, ()).is_whole


def test_an_answered_call_that_is_not_settled_is_not_whole(answered: Call) -> None:
    assert not Kept(replace(answered, settled_at=None), None, None, ()).is_whole

"""The call's story tells what became of each of its recordings."""

from __future__ import annotations

from tests.core.calls.builders import CALL
from tests.http.staff_app import Staff
from tests.http.test_audio import recorded, tell
from titus_core.calls.events import RecordingErased, RecordingErasedAtProvider, RecordingReported
from titus_core.calls.model import RecordingState
from titus_core.kernel.ids import RecordingId


def told(staff: Staff) -> list[dict[str, object]]:
    recordings: list[dict[str, object]] = staff.client.get(f"/api/voice/calls/{CALL}", headers=staff.olga).json()[
        "recordings"
    ]
    return recordings


def test_what_became_of_each_recording(staff: Staff) -> None:
    for name in ("RE1", "RE2", "RE3"):
        recorded(staff, name, voicemail=name == "RE2")
    tell(
        staff,
        RecordingErasedAtProvider(call_id=CALL, recording_id=RecordingId("RE1")),
        RecordingErased(call_id=CALL, recording_id=RecordingId("RE2")),
        RecordingReported(call_id=CALL, recording_id=RecordingId("RE4"), state=RecordingState.ABSENT),
    )
    plain = {"state": "completed", "voicemail": False, "duration": 60, "kept": True, "erased": False}
    assert told(staff) == [
        {**plain, "sid": "RE1", "erasedAtProvider": True},
        {**plain, "sid": "RE2", "voicemail": True, "kept": False, "erased": True, "erasedAtProvider": False},
        {**plain, "sid": "RE3", "erasedAtProvider": False},
        {**plain, "sid": "RE4", "state": "absent", "duration": None, "kept": False, "erasedAtProvider": False},
    ]


def test_a_call_without_recordings_has_none(staff: Staff) -> None:
    tell(staff, RecordingReported(call_id=CALL, recording_id=RecordingId("RE1"), state=RecordingState.ANNOUNCED))
    assert [one["kept"] for one in told(staff)] == [False]

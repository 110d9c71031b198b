"""A call's recordings: which one, and which can be heard."""

from __future__ import annotations

from titus_core.calls.model import Call, Recording
from titus_core.kernel.ids import RecordingId


def recording_of(call: Call | None, recording_id: RecordingId) -> Recording | None:
    found = [recording for recording in call.recordings if recording.id == recording_id] if call is not None else []
    return found[0] if found else None


def to_be_heard(call: Call) -> Recording | None:
    """The one that people mean when they ask for the call's recording: of those that we have, a conversation before a
    message, the longest first."""
    kept = [recording for recording in call.recordings if recording.file is not None]
    return max(kept, key=lambda one: (not one.voicemail, one.duration or 0, one.id), default=None)

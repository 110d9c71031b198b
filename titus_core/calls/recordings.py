"""Which recordings of a call can be heard."""

from __future__ import annotations

from titus_core.calls.model import Call, Recording


def to_be_heard(call: Call) -> Recording | None:
    """The one that people mean when they ask for the call's recording: of those that we have, a conversation before a
    message, the longest first."""
    kept = [recording for recording in call.recordings if recording.file is not None]
    return max(kept, key=lambda one: (not one.voicemail, one.duration or 0, one.id), default=None)

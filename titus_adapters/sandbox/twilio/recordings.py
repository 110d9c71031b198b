"""Recordings from their first second to the file that can be fetched."""

from __future__ import annotations

from urllib.parse import urljoin

from titus_adapters.sandbox.twilio import forms
from titus_adapters.sandbox.twilio.attempts import Webhook
from titus_adapters.sandbox.twilio.engine.process import sleep
from titus_adapters.sandbox.twilio.records import Call, Recording
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.twiml.documents import Element
from titus_adapters.sandbox.twilio.webhooks import post

NO_CALLBACK = Element("Record", {})


def start_recording(
    board: Switchboard, call: Call, source: str, channels: int, element: Element = NO_CALLBACK, base: str = ""
) -> Recording:
    """Begin one; the element's recordingStatusCallback attributes say who hears of it."""
    callback = element.get("recordingStatusCallback")
    recording = Recording(
        sid=board.sids.new("RE"),
        call=call,
        source=source,
        channels=channels,
        started_at=board.now(),
        callback=urljoin(base, callback) if callback else "",
        callback_method=element.get("recordingStatusCallbackMethod", "POST"),
        callback_events=tuple(element.get("recordingStatusCallbackEvent", "completed").split()),
    )
    board.recordings[recording.sid] = recording
    call.recordings.append(recording)
    board.note(call, "recording", f"recording starts ({source}, {channels} channels)")
    _tell(board, recording, "in-progress")
    return recording


def pause_recording(board: Switchboard, recording: Recording) -> None:
    if recording.status == "in-progress":
        recording.status, recording.paused_at = "paused", board.now()
        board.note(recording.call, "recording", "recording paused")


def resume_recording(board: Switchboard, recording: Recording) -> None:
    if recording.status == "paused" and recording.paused_at is not None:
        recording.silent += board.now() - recording.paused_at
        recording.status, recording.paused_at = "in-progress", None
        board.note(recording.call, "recording", "recording goes on")


def stop_recording(board: Switchboard, recording: Recording, *, empty: bool = False) -> None:
    """End it; some seconds later it is `completed`, or `absent` if there is nothing to hear."""
    if recording.ended_at is not None:
        return
    resume_recording(board, recording)
    recording.ended_at = board.now()
    length = recording.ended_at - recording.started_at - recording.silent
    recording.duration = 0 if empty else round(length)
    recording.status = "processing"
    board.note(recording.call, "recording", f"recording ends after {recording.duration} s")
    board.spawn(_make_ready, board, recording)


async def _make_ready(board: Switchboard, recording: Recording) -> None:
    await sleep(board.pace.recording_ready)
    recording.status = "completed" if recording.duration else "absent"
    if recording.status == "completed":
        recording.media_at = board.now() + board.pace.media_ready
    _tell(board, recording, recording.status)


def _tell(board: Switchboard, recording: Recording, status: str) -> None:
    if not recording.callback or status not in recording.callback_events:
        return
    hook = Webhook(
        kind="recording_status",
        url=recording.callback,
        method=recording.callback_method,
        params=forms.recording_status(board.account, recording, status),
        call=recording.call,
    )
    post(board, hook)

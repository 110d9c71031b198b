"""How calls and legs move on, and who is told."""

from __future__ import annotations

from titus_adapters.sandbox.twilio import forms
from titus_adapters.sandbox.twilio.attempts import Webhook
from titus_adapters.sandbox.twilio.chaos import Kind
from titus_adapters.sandbox.twilio.recordings import stop_recording
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.webhooks import post


def advance(board: Switchboard, call: Call, status: str) -> None:
    """Initiated, ringing or in-progress, told under the event's name (`answered` for in-progress)."""
    call.status = "queued" if status == "initiated" else status
    if status == "in-progress":
        call.answered_at = board.now()
    board.note(call, "leg" if call.parent else "call", status)
    _tell(board, call, "answered" if status == "in-progress" else status, status)


def answer(board: Switchboard, call: Call) -> None:
    """An inbound call is picked up, which tells nobody."""
    if call.answered_at is None:
        call.status, call.answered_at = "in-progress", board.now()
        board.note(call, "call", "answered")


def end(board: Switchboard, call: Call, status: str = "", sip_code: str = "") -> None:
    """The call or leg is over, whatever it was doing; told as `completed`, with the status it really has."""
    if call.ended:
        return
    for recording in call.recordings:
        stop_recording(board, recording)
    call.ended_at, call.sip_code = board.now(), sip_code
    call.status = status or "completed"
    device = board.world.devices.get(call.to)
    if device is not None and call.sid in device.busy_with:
        device.busy_with.remove(call.sid)
    board.activities.pop(call.sid, None)
    limit = board.limits.pop(call.sid, None)
    if limit is not None:
        limit.cancel()
    board.note(call, "leg" if call.parent else "call", f"ended: {call.status}")
    _tell(board, call, "completed", call.status)


def _tell(board: Switchboard, call: Call, event: str, status: str) -> None:
    if not call.callback or event not in call.callback_events:
        return
    form = forms.progress(board, call, status)
    if event == "completed" and call.recordings and (call.parent or call.direction == "outbound-api"):
        form |= forms.recorded(board.account, call.recordings[-1])
    kind: Kind = "leg_status" if call.parent else "call_status"
    post(board, Webhook(kind=kind, url=call.callback, method=call.callback_method, params=form, call=call))

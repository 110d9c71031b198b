"""Record: voicemail."""

from __future__ import annotations

from titus_adapters.sandbox.twilio import forms, progress
from titus_adapters.sandbox.twilio.attempts import Webhook
from titus_adapters.sandbox.twilio.recordings import start_recording, stop_recording
from titus_adapters.sandbox.twilio.records import Recording
from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.line import HungUp, Line, Next, action_of, note_hang_up
from titus_adapters.sandbox.twilio.webhooks import deliver

ANY_KEY = "1234567890*#"


async def record(line: Line, element: Element, document: Document) -> Next:
    line.answer()
    line.begin("record")
    if element.flag("playBeep", default=True):
        line.hear("(beep)")
    recording = start_recording(line.board, line.call, "RecordVerb", 1, element, document.url)
    try:
        ended_by = await _speak(line, element)
    except HungUp:
        ended_by = "hangup"
    if ended_by == "hangup":
        note_hang_up(line, HungUp("party"))
    silence = ended_by == "silence" or ended_by == "nothing"
    stop_recording(line.board, recording, empty=ended_by == "nothing")
    if silence and recording.duration:
        recording.duration = max(1, recording.duration - int(element.seconds("timeout", 5)))
    return await _after(line, element, document, recording, ended_by)


async def _speak(line: Line, element: Element) -> str:
    """How the message ended: a key, `hangup`, `silence`, `length`, or `nothing` if none was left."""
    timeout, longest = element.seconds("timeout", 5), element.seconds("maxLength", 3600)
    party = line.party
    if party.speaks <= 0:
        await line.wait(timeout)
        return "nothing"
    line.board.note(line.call, "caller", f"speaks for {min(party.speaks, longest):g} s")
    await line.wait(min(party.speaks, longest))
    if party.speaks > longest:
        return "length"
    if party.ends_message == "hangup" or party.ends_message in element.get("finishOnKey", ANY_KEY):
        return party.ends_message
    await line.wait(timeout)
    return "silence"


async def _after(line: Line, element: Element, document: Document, recording: Recording, ended_by: str) -> Next:
    """An empty recording asks for nothing: the next verb runs, as documented."""
    line.call.left_message = bool(recording.duration)
    digits = ended_by if ended_by in ANY_KEY or ended_by == "hangup" else ""
    params = forms.recorded(line.board.account, recording) | {"Digits": digits}
    source = action_of(element, document, "record_action", params)
    if ended_by != "hangup":
        return source if recording.duration else None
    progress.end(line.board, line.call)
    if recording.duration:
        status = line.board.switches.record_action_status
        form = forms.voice(line.board.account, line.call, status) | params
        await deliver(
            line.board,
            Webhook(kind="record_action", url=source.url, method=source.method, params=form, call=line.call),
        )
    raise HungUp("party")

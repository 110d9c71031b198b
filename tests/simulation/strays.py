"""Requests about a CallSid that nobody ever rang with: of another system, or of one whose beginning was lost."""

from __future__ import annotations

from random import Random

from tests.core.calls.builders import LINE, PHONES
from tests.simulation.requests import Request
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.events import CallReported, LegReported, RecordingReported
from titus_core.calls.facts import CallerIsStranded, DialEnded, KeyPressed, LegPickedUp, MessageTaken
from titus_core.calls.model import CallStatus, RecordingState, Screening
from titus_core.kernel.ids import CallId, LegId, RecordingId, UserId

NUMBER = "+61491570738"


def stray(random: Random) -> Request:
    call_id = CallId(f"CAstray{random.randrange(4)}")
    leg_id = LegId(f"{call_id}-1")
    address = PHONES[UserId(1)]
    caller = CallerOnLine(call_id=call_id, from_number=NUMBER, to_number=LINE)
    match random.randrange(8):
        case 0:
            leg = LegReported(call_id=call_id, leg_id=leg_id, status=CallStatus.NO_ANSWER, address=address, wave=1)
            return Request(call_id, "note_report", "status", f"{leg_id}:no-answer", leg, "report")
        case 1:
            report = CallReported(call_id=call_id, status=CallStatus.COMPLETED, duration=7)
            return Request(call_id, "note_report", "status", f"{call_id}:completed", report, "report")
        case 2:
            recording = RecordingReported(
                call_id=call_id, recording_id=RecordingId(f"RE{call_id}"), state=RecordingState.COMPLETED, duration=3
            )
            return Request(call_id, "note_report", "recording", f"RE{call_id}", recording, "report")
        case 3:
            ended = DialEnded(call_id=call_id, wave=random.choice((0, 1, 3)), status=CallStatus.NO_ANSWER)
            return Request(
                call_id, "advance_hunt", "hunt-step", f"{call_id}:{ended.wave}", NextStep(ended, caller), "repeated"
            )
        case 4:
            picked_up = LegPickedUp(call_id=call_id, leg_id=leg_id, address=address, wave=1)
            return Request(call_id, "screen_leg", "screen", leg_id, picked_up, "repeated")
        case 5:
            pressed = KeyPressed(call_id=call_id, leg_id=leg_id, address=address, answer=Screening.ACCEPTED, wave=1)
            return Request(call_id, "screen_leg", "screen", f"{leg_id}:1", pressed, "repeated")
        case 6:
            return Request(
                call_id, "take_message", "voicemail", f"{call_id}:", MessageTaken(call_id=call_id), "repeated"
            )
        case _:
            # Whoever is stranded at the beginning was never rung for: no leg of theirs is reported.
            call_id = CallId(f"CAlost{random.randrange(4)}")
            caller = CallerOnLine(call_id=call_id, from_number=NUMBER, to_number=LINE)
            stranded = NextStep(CallerIsStranded(call_id=call_id, error_code="11200"), caller, rung_before=False)
            return Request(call_id, "advance_hunt", "fallback", f"{call_id}:1", stranded, "repeated")

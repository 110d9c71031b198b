"""Is a fact that was acknowledged to be seen in what is stored?"""

from __future__ import annotations

from collections.abc import Mapping

from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.connect_agent import CallerWantsAgent
from titus_core.calls.events import CallReported, LegReported, RecordingReported
from titus_core.calls.facts import CallerIsStranded, DialEnded, KeyPressed, LegPickedUp, MessageTaken
from titus_core.calls.model import Call, CallStatus, Screening
from titus_core.kernel.ids import CallId, LegId


def reflected(fact: object, calls: Mapping[CallId, Call]) -> bool:
    """Every acknowledged fact makes its call known; each kind leaves its own trace there."""
    if isinstance(fact, NextStep):
        return reflected(fact.fact, calls)
    call = calls.get(getattr(fact, "call_id", CallId("")))
    if call is None:
        return False
    match fact:
        case CallerOnLine():
            return call.arrived_at is not None and call.from_number == fact.from_number
        case DialEnded():
            return _dial_is_seen(call, fact)
        case LegReported():
            return _leg_is_seen(call, fact.leg_id, fact.status, fact.duration)
        case LegPickedUp():
            return _leg_is_seen(call, fact.leg_id, CallStatus.IN_PROGRESS, None)
        case KeyPressed(answer=Screening.DECLINED):
            return any(attempt.answer is not None for wave in call.waves for attempt in wave.attempts)
        case CallReported():
            return call.status.joined(fact.status) is call.status and (call.duration or 0) >= (fact.duration or 0)
        case RecordingReported():
            return _recording_is_seen(call, fact)
        case MessageTaken():
            return fact.recording_id is None or any(known.id == fact.recording_id for known in call.recordings)
        case CallerIsStranded():
            return call.strandings > 0
        case CallerWantsAgent():
            return call.agent.served_at is not None or call.agent.failure is not None or not call.live
        case _:
            return True


def _dial_is_seen(call: Call, fact: DialEnded) -> bool:
    if fact.caller_status.ended and call.live:
        return False
    ends = [wave.end for wave in call.waves if wave.number == fact.wave and wave.end is not None]
    seen = [end for end in ends if end.bridged is fact.bridged or fact.bridged is not True]
    return bool(seen) or (not ends and not fact.bridged)


def _leg_is_seen(call: Call, leg_id: LegId, status: CallStatus, duration: int | None) -> bool:
    return any(
        leg.id == leg_id and leg.status.joined(status) is leg.status and (leg.duration or 0) >= (duration or 0)
        for leg in call.legs
    )


def _recording_is_seen(call: Call, fact: RecordingReported) -> bool:
    return any(
        known.id == fact.recording_id
        and known.state.joined(fact.state) is known.state
        and (known.voicemail or not fact.voicemail)
        for known in call.recordings
    )

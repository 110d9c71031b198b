"""A call's state is the fold of its events. Merging is commutative: `model` says how."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias, TypeVar, assert_never

from msgspec.structs import replace

from titus_core.calls.events import (
    AgentFailed,
    AgentServed,
    CallArrived,
    CallerHeld,
    CallerStranded,
    CallFoundLate,
    CallPlaced,
    CallReported,
    CallSettled,
    LegReported,
    MemberSkipped,
    RecordingErased,
    RecordingErasedAtProvider,
    RecordingKept,
    RecordingReported,
    ScreeningAnswered,
    StageReached,
    VoicemailOffered,
    WaveEnded,
    WaveOffered,
)
from titus_core.calls.model import Attempt, Call, CallStatus, Direction, Leg, Recording, Screening, Skip, Wave, WaveEnd
from titus_core.kernel.ids import RecordingId

AnyCallEvent: TypeAlias = (
    CallArrived
    | CallPlaced
    | WaveOffered
    | MemberSkipped
    | WaveEnded
    | ScreeningAnswered
    | StageReached
    | CallerHeld
    | AgentServed
    | AgentFailed
    | VoicemailOffered
    | CallerStranded
    | LegReported
    | CallReported
    | CallFoundLate
    | RecordingReported
    | RecordingKept
    | RecordingErased
    | RecordingErasedAtProvider
    | CallSettled
)

OUR_OWN_DOING = RecordingKept | RecordingErased | RecordingErasedAtProvider
"""Done long after the call, as likely as not: no news that would put off anything."""

T = TypeVar("T")


def fold(events: Iterable[tuple[AnyCallEvent, datetime]]) -> Call | None:
    """The state after these events, each with the time at which it was recorded."""
    call = None
    for event, at in events:
        call = evolve(call, event, at)
    return call


def evolve(call: Call | None, event: AnyCallEvent, at: datetime) -> Call:
    """The call after `event`. An event about a call not seen before makes it known."""
    known = Call(id=event.call_id, seen_at=at, news_at=at) if call is None else call
    after = _applied(known, event, at)
    return after if isinstance(event, OUR_OWN_DOING) else replace(after, news_at=max(known.news_at, at))


def _applied(call: Call, event: AnyCallEvent, at: datetime) -> Call:
    match event:
        case CallArrived():
            return _arrived(call, event, at)
        case CallPlaced():
            return _placed(call, event, at)
        case WaveOffered(wave=number, stage=stage, ring_seconds=ring, attempts=attempts):
            wave = Wave(number, stage, ring, at, attempts)
            return replace(call, waves=(*call.waves, wave), stage=stage, held_since=None)
        case MemberSkipped(wave=number, stage=stage, user_id=user_id, name=name, reason=reason):
            return replace(call, skips=(*call.skips, Skip(number, stage, user_id, name, reason, at)))
        case WaveEnded():
            return replace(call, waves=tuple(_ended(wave, event, at) for wave in call.waves))
        case ScreeningAnswered():
            return _screened(call, event, at)
        case StageReached(stage=stage):
            return replace(call, stage=stage, held_since=None)
        case CallerHeld(stage=stage):
            return replace(call, stage=stage, held_since=call.held_since or at, holds=call.holds + 1)
        case AgentServed(conversation_id=conversation_id):
            known = call.agent.conversation_id or conversation_id
            return replace(call, agent=replace(call.agent, served_at=call.agent.served_at or at, conversation_id=known))
        case AgentFailed(reason=reason):
            return replace(call, agent=replace(call.agent, failure=call.agent.failure or reason))
        case VoicemailOffered():
            return replace(call, voicemail_offered_at=call.voicemail_offered_at or at)
        case CallerStranded():
            return replace(call, strandings=call.strandings + 1)
        case LegReported():
            return replace(call, legs=_with_leg(call.legs, event, at))
        case CallReported():
            return _reported(call, event, at)
        case CallFoundLate(began_at=began_at):
            return replace(call, found_late=True, began_at=call.began_at or began_at)
        case RecordingReported():
            return replace(call, recordings=_with_recording(call.recordings, event))
        case RecordingKept(recording_id=recording_id, file=file):
            return _with_file(call, recording_id, file=file)
        case RecordingErased(recording_id=recording_id):
            return _with_file(call, recording_id, file=None, erased=True)
        case RecordingErasedAtProvider(recording_id=recording_id):
            return _with_file(call, recording_id, erased_at_provider=True)
        case CallSettled():
            return replace(call, settled_at=call.settled_at or at)
        case never:
            assert_never(never)


def _arrived(call: Call, event: CallArrived, at: datetime) -> Call:
    return replace(
        call,
        direction=Direction.INBOUND,
        from_number=event.from_number,
        to_number=event.to_number,
        caller=event.caller,
        participant=event.participant,
        contact_id=event.contact_id,
        found=event.found,
        refusal=event.refusal,
        plan=event.plan,
        arrived_at=at,
    )


def _placed(call: Call, event: CallPlaced, at: datetime) -> Call:
    return replace(
        call,
        direction=Direction.OUTBOUND,
        from_number=event.from_number,
        to_number=event.to_number,
        participant=event.participant,
        contact_id=event.contact_id,
        placed_by=event.placed_by,
        refusal=event.refusal,
        plan=event.plan,
        arrived_at=at,
    )


def _ended(wave: Wave, event: WaveEnded, at: datetime) -> Wave:
    if wave.number != event.wave:
        return wave
    if wave.end is None:
        return replace(wave, end=WaveEnd(event.status, at, event.bridged, event.leg_id, event.duration))
    end = wave.end
    bridged = _either(end.bridged, event.bridged)
    by_event = event.leg_id is not None and (end.leg_id is None or (bool(event.bridged) and not end.bridged))
    return replace(
        wave,
        end=WaveEnd(
            end.status.joined(event.status),
            end.at,
            bridged,
            event.leg_id if by_event else end.leg_id,
            _larger(end.duration, event.duration),
        ),
    )


def _either(one: bool | None, other: bool | None) -> bool | None:
    return one or other if one is not None and other is not None else _first(one, other)


def _first(one: T | None, other: T | None) -> T | None:
    return other if one is None else one


def _larger(one: int | None, other: int | None) -> int | None:
    return max(one, other) if one is not None and other is not None else _first(one, other)


def _screened(call: Call, event: ScreeningAnswered, at: datetime) -> Call:
    waves = tuple(_with_answer(wave, event, at) if wave.number == event.wave else wave for wave in call.waves)
    leg = LegReported(
        call_id=call.id, leg_id=event.leg_id, status=CallStatus.IN_PROGRESS, address=event.address, wave=event.wave
    )
    return replace(call, waves=waves, legs=_with_leg(call.legs, leg, at))


def _with_answer(wave: Wave, event: ScreeningAnswered, at: datetime) -> Wave:
    return replace(
        wave,
        attempts=tuple(
            _keyed(attempt, event, at) if attempt.address == event.address else attempt for attempt in wave.attempts
        ),
    )


def _keyed(attempt: Attempt, event: ScreeningAnswered, at: datetime) -> Attempt:
    accepted_at = attempt.accepted_at
    if event.answer is Screening.ACCEPTED:
        accepted_at = min(accepted_at or at, at)
    return replace(attempt, answer=_key(attempt.answer, event.answer), accepted_at=accepted_at)


def _key(known: Screening | None, pressed: Screening) -> Screening:
    """Someone who took the call has it, whatever else they pressed."""
    return Screening.ACCEPTED if Screening.ACCEPTED in {known, pressed} else pressed


def _with_leg(legs: tuple[Leg, ...], event: LegReported, at: datetime) -> tuple[Leg, ...]:
    known = {leg.id: leg for leg in legs}
    leg = known.get(event.leg_id) or Leg(event.leg_id)
    known[leg.id] = replace(
        leg,
        address=leg.address or event.address,
        wave=_first(leg.wave, event.wave),
        status=leg.status.joined(event.status),
        duration=_larger(leg.duration, event.duration),
        sip_code=_larger(leg.sip_code, event.sip_code),
        answered_at=leg.answered_at or (at if event.status is CallStatus.IN_PROGRESS else None),
        ended_at=leg.ended_at or (at if event.status.ended else None),
    )
    return tuple(known[leg_id] for leg_id in sorted(known))


def _reported(call: Call, event: CallReported, at: datetime) -> Call:
    return replace(
        call,
        status=call.status.joined(event.status),
        duration=_larger(call.duration, event.duration),
        direction=_direction(call, event),
        from_number=call.from_number or event.from_number,
        to_number=call.to_number or event.to_number,
        ended_at=call.ended_at or (at if event.status.ended else None),
    )


def _direction(call: Call, event: CallReported) -> Direction:
    """A call is inbound until the provider says otherwise; one that arrived or was placed here is what we know
    it to be, whatever it says."""
    outbound = event.direction is Direction.OUTBOUND and call.arrived_at is None
    return Direction.OUTBOUND if outbound else call.direction


def _with_recording(recordings: tuple[Recording, ...], event: RecordingReported) -> tuple[Recording, ...]:
    known = {recording.id: recording for recording in recordings}
    recording = known.get(event.recording_id) or Recording(event.recording_id)
    known[recording.id] = replace(
        recording,
        state=recording.state.joined(event.state),
        voicemail=recording.voicemail or event.voicemail,
        duration=_larger(recording.duration, event.duration),
        channels=_larger(recording.channels, event.channels),
    )
    return tuple(known[recording_id] for recording_id in sorted(known))


def _with_file(call: Call, recording_id: RecordingId, **changes: Any) -> Call:
    """The order in which a report and our copy are told makes no difference."""
    known = {recording.id: recording for recording in call.recordings}
    known[recording_id] = replace(known.get(recording_id) or Recording(recording_id), **changes)
    return replace(call, recordings=tuple(known[each] for each in sorted(known)))

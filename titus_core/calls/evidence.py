"""What the facts of a call prove: who answered, how each attempt ended, the outcome. All derived, nothing stored.

The table of evidence (`call-routing.md`):

| outcome | proved by |
|---|---|
| answered | a wave was bridged, or our own key press accepted, or an unscreened leg was reported in progress |
| ai_fallback | the agent's document was served and did not fail |
| voicemail | a recording of the Record verb exists |
| caller_hung_up | the caller's leg ended without any of these |
| failed | the rest: refused callers, legs that the provider calls failed |

Of a call that was connected without us, by the document hosted elsewhere (`found_late`), a leg that talked proves
*answered*. Of a call that one of us makes, *answered* is what the table says of the other side, and everything else
is *failed*: the attempts tell how. If we learn of it only by reports of its first leg, its completion is all there is
to go by.
"""

from __future__ import annotations

from datetime import datetime

from titus_core.calls.model import (
    Attempt,
    Call,
    CallStatus,
    Direction,
    Leg,
    Outcome,
    RecordingState,
    Result,
    Screening,
    Wave,
)


def outcome(call: Call) -> Outcome | None:
    """How the call ended; None while it is live. More facts can only raise it (the enum's order, upwards)."""
    if call.live:
        return None
    if is_answered(call):
        return Outcome.ANSWERED
    if call.agent.served_at is not None and call.agent.failure is None:
        return Outcome.AI_FALLBACK
    if left_message(call):
        return Outcome.VOICEMAIL
    if call.refusal is None and call.status is not CallStatus.FAILED and not _is_ours(call):
        return Outcome.CALLER_HUNG_UP
    return Outcome.FAILED


def _is_ours(call: Call) -> bool:
    """Whether one of us makes this call, and what we dial decides how it ended."""
    return call.direction is Direction.OUTBOUND and call.plan is not None


def left_message(call: Call) -> bool:
    """Whether a message of the caller exists."""
    return any(
        recording.voicemail and (recording.state is RecordingState.COMPLETED or bool(recording.duration))
        for recording in call.recordings
    )


def is_answered(call: Call) -> bool:
    """Whether someone took the call, even if it is not known who did."""
    untold = call.direction is Direction.OUTBOUND and call.plan is None and call.refusal is None
    if untold and call.status is CallStatus.COMPLETED:
        return True
    if call.found_late and call.plan is None and any(_talked(leg) for leg in call.legs):
        return True  # somebody talked, in a call that another document than ours connected
    return any(_bridged(wave) or winner(call, wave) is not None for wave in call.waves)


def has_talked(call: Call) -> bool:
    """Whether nothing more is owed to the caller: someone took the call, and no dial ended by saying otherwise."""
    return any(served(call, wave) or (wave.end is None and winner(call, wave) is not None) for wave in call.waves)


def answered_by(call: Call) -> Attempt | None:
    """The attempt that reached a person, if any."""
    for wave in call.waves:
        if (attempt := winner(call, wave)) is not None:
            return attempt
    return None


def winner(call: Call, wave: Wave) -> Attempt | None:
    """The attempt of this wave that reached a person. The provider's word on the bridge decides between several."""
    if _bridged(wave) and len(wave.attempts) == 1:
        return wave.attempts[0]
    told = [attempt for attempt in wave.attempts if _is_told(call, wave, attempt)]
    took = told[:1] or [attempt for attempt in wave.attempts if picked_up(call, wave, attempt)]
    return min(took, key=lambda attempt: (_answered_at(call, wave, attempt), attempt.address), default=None)


def picked_up(call: Call, wave: Wave, attempt: Attempt) -> bool:
    """Whether this attempt by itself proves that a person took the call."""
    if attempt.screened:
        return attempt.answer is Screening.ACCEPTED
    return any(
        leg.status is CallStatus.IN_PROGRESS or leg.answered_at is not None or _talked(leg)
        for leg in _legs_of(call, wave, attempt)
    )


def served(call: Call, wave: Wave) -> bool:
    """Whether the dial of this wave ended after a conversation, so that nothing more is owed to the caller."""
    return _bridged(wave) or (_may_be_bridged(wave) and winner(call, wave) is not None)


def result(call: Call, wave: Wave, attempt: Attempt) -> Result | None:
    """How this attempt ended; None while it is still open."""
    return result_given(call, wave, attempt, winner(call, wave))


def result_given(call: Call, wave: Wave, attempt: Attempt, won: Attempt | None) -> Result | None:
    """`result`, for callers who know the wave's `winner` already."""
    if won is attempt:
        return Result.ANSWERED
    alone = _result_alone(call, wave, attempt)
    if won is not None and alone not in {Result.BUSY, Result.FAILED, Result.DECLINED}:
        return Result.LOST_RACE
    return alone


def leg_of(call: Call, wave: Wave, attempt: Attempt) -> Leg | None:
    """The leg that was rung for this attempt, if the provider told of it."""
    told = wave.end.leg_id if wave.end is not None else None
    mine = _legs_of(call, wave, attempt)
    return max(mine, key=lambda leg: (leg.id == told, leg.wave is not None, leg.id), default=None)


def talk_ended_at(call: Call, wave: Wave, attempt: Attempt) -> datetime | None:
    """When an answered attempt's conversation was over; None while it lasts."""
    leg = leg_of(call, wave, attempt)
    ends = (wave.end.at if wave.end else None, leg.ended_at if leg else None, call.ended_at)
    return min((at for at in ends if at is not None), default=None)


def answered_at(call: Call) -> datetime | None:
    """When a person took the call, as far as it is known."""
    for wave in call.waves:
        if (attempt := winner(call, wave)) is not None:
            return _answered_at(call, wave, attempt)
    return None


def _result_alone(call: Call, wave: Wave, attempt: Attempt) -> Result | None:
    if attempt.answer is Screening.DECLINED:
        return Result.DECLINED
    leg = leg_of(call, wave, attempt)
    if leg is not None and leg.status.ended:
        return _leg_result(leg, attempt, caller_left=_caller_left(call, wave))
    if wave.end is not None:
        return _wave_result(wave.end.status, attempt, leg, alone=len(wave.attempts) == 1)
    if _caller_left(call, wave):
        return Result.CALLER_GONE
    return None if _is_current(call, wave) else Result.NO_ANSWER


def _caller_left(call: Call, wave: Wave) -> bool:
    """Whether this wave was over because the caller went away."""
    if wave.end is not None:
        return wave.end.status is CallStatus.CANCELED
    return not call.live and _is_current(call, wave)


def _is_current(call: Call, wave: Wave) -> bool:
    return wave is call.wave and call.stage == wave.stage


def _leg_result(leg: Leg, attempt: Attempt, *, caller_left: bool) -> Result:
    if leg.sip_code == 603:  # RFC 3261 §21.6.2: Decline
        return Result.DECLINED
    match leg.status:
        case CallStatus.BUSY:
            return Result.BUSY
        case CallStatus.FAILED:
            # RFC 3261 §21.4: 408 and 480 mean that the phone cannot be reached at the moment, not that it is wrong.
            return Result.NO_ANSWER if leg.sip_code in {408, 480} else Result.FAILED
        case CallStatus.COMPLETED if attempt.screened:
            return Result.SCREENED_OUT
        case CallStatus.CANCELED | CallStatus.COMPLETED if caller_left:
            return Result.CALLER_GONE
        case _:
            return Result.NO_ANSWER


def _wave_result(status: CallStatus, attempt: Attempt, leg: Leg | None, *, alone: bool) -> Result:
    if attempt.screened and (leg is not None and leg.status is CallStatus.IN_PROGRESS):
        return Result.SCREENED_OUT
    match status:
        case CallStatus.CANCELED:
            return Result.CALLER_GONE
        case CallStatus.BUSY if alone:
            return Result.BUSY
        case CallStatus.FAILED if alone:
            return Result.FAILED
        case CallStatus.COMPLETED if alone and attempt.screened:
            return Result.SCREENED_OUT
        case _:
            return Result.NO_ANSWER


def _bridged(wave: Wave) -> bool:
    """Whether the dial joined someone to the caller. Where the provider does not say so, a completed dial did, unless
    whoever picked up may have been asked to press a key."""
    if wave.end is not None and wave.end.bridged:
        return True
    return _may_be_bridged(wave) and not any(attempt.screened for attempt in wave.attempts)


def _may_be_bridged(wave: Wave) -> bool:
    return wave.end is not None and wave.end.bridged is not False and wave.end.status is CallStatus.COMPLETED


def _is_told(call: Call, wave: Wave, attempt: Attempt) -> bool:
    """Whether the provider names the leg of this attempt as the one that took the call."""
    end = wave.end
    if end is None or end.leg_id is None or end.bridged is False:
        return False
    if all(leg.id != end.leg_id for leg in _legs_of(call, wave, attempt)):
        return False
    return bool(end.bridged) or (_may_be_bridged(wave) and (not attempt.screened or picked_up(call, wave, attempt)))


def _legs_of(call: Call, wave: Wave, attempt: Attempt) -> tuple[Leg, ...]:
    if not call.legs:
        return ()
    told = wave.end.leg_id if wave.end is not None else None
    alone = len(wave.attempts) == 1
    return tuple(
        [
            leg
            for leg in call.legs
            if leg.wave in {None, wave.number} and (leg.address == attempt.address or (alone and leg.id == told))
        ]
    )


def _answered_at(call: Call, wave: Wave, attempt: Attempt) -> datetime:
    if attempt.accepted_at is not None:
        return attempt.accepted_at  # before that the caller still heard it ring
    picked_up_at = (leg.answered_at for leg in _legs_of(call, wave, attempt) if leg.answered_at is not None)
    return min(picked_up_at, default=None) or talk_ended_at(call, wave, attempt) or wave.offered_at


def _talked(leg: Leg) -> bool:
    return leg.status is CallStatus.COMPLETED and bool(leg.duration)

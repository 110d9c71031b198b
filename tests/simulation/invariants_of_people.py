"""R2: nobody is offered two calls at once, nor while they are away, talk, or write their notes; and nobody is passed by
without a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.simulation.history import History, Step
from titus_core.calls.events import CallerHeld, MemberSkipped
from titus_core.calls.model import Call, CallStatus, RingStage
from titus_core.hunt_groups.availability import Presence, Reason
from titus_core.hunt_groups.model import Endpoint
from titus_core.kernel.ids import UserId

LONGEST_OFFER = timedelta(minutes=5)
"""Far more than any ringing with its prompts: a reservation that lasts longer is none."""

FRESH = timedelta(seconds=45)
"""A browser that said nothing for so long is closed (`call-routing.md`: 30 s, and half as much again)."""

IN_PROGRESS = CallStatus.IN_PROGRESS
KINDS = {Reason.BUSY: {"talking"}, Reason.RESERVED: {"ringing", "leaving"}, Reason.WRAP_UP: {"wrap_up"}}


def r2_nobody_is_offered_two_calls(history: History, step: Step) -> Iterator[str]:
    """Whom a wave offers is available, and no other call holds them."""
    for change, wave in step.offers:
        users = {attempt.user_id for attempt in wave.attempts if attempt.user_id is not None}
        for user_id in users:
            if history.presence.get(user_id) is not Presence.AVAILABLE:
                yield f"{user_id} is rung and not available"
        for other in history.calls.values():
            if other.id != change.after.id:
                held = [row for row in history.holds(other) if row.user_id in users and row.until > step.at]
                if any(history.engaged.get(row.user_id) == row for row in held):
                    yield f"{held} while {change.after.id} is offered to {users}"


def r2_whoever_is_offered_is_reserved(history: History, step: Step) -> Iterator[str]:
    """As soon as the offer is out, for as long as it can ring, and not for ever."""
    for change, wave in step.offers:
        for attempt in wave.attempts:
            row = history.engaged.get(attempt.user_id) if attempt.user_id is not None else None
            if attempt.user_id is not None and (row is None or row.call_id != change.after.id):
                yield f"{attempt.user_id} is offered {change.after.id}, and the reservation is {row}"
            elif row is not None and row.kind == "ringing":
                rings = timedelta(seconds=wave.ring_seconds)
                if not rings < row.until - step.at < rings + LONGEST_OFFER:
                    yield f"{row} at {step.at}, for {rings} of ringing"


def r2_whoever_is_on_the_phone_is_kept(history: History, step: Step) -> Iterator[str]:
    """A phone that was picked up and is not told to be free may still speak for this call."""
    for change in step.changes if history.is_informed else ():
        call, wave = change.after, change.after.wave
        if wave is None or wave.end is not None or not call.live:
            continue
        if step.at >= wave.offered_at + timedelta(seconds=wave.ring_seconds):
            continue
        on_the_phone = {leg.address for leg in call.legs if leg.wave == wave.number and leg.status is IN_PROGRESS}
        for attempt in wave.attempts:
            row = history.engaged.get(attempt.user_id) if attempt.user_id is not None else None
            speaks = attempt.user_id is not None and attempt.address in on_the_phone
            if speaks and (row is None or row.call_id != call.id):
                yield f"{attempt.user_id} is on the phone for {call.id}, and kept by {row}"


def r2_a_call_takes_nothing_from_another(history: History, step: Step) -> Iterator[str]:
    """What another call holds stays: only a talk takes a person from a call that does not talk to them."""
    changed = {change.after.id for change in step.changes}
    for user_id, row in history.held.items():
        now = history.engaged.get(user_id)
        if row.until > step.at and row.call_id not in changed and now != row:
            taken = now is not None and now.kind == "talking" and row.kind != "talking" and now.call_id in changed
            if not taken:
                yield f"{row} became {now} when {changed} changed"


def r2_reservations_are_what_the_calls_hold(history: History, step: Step) -> Iterator[str]:
    """One row a person, and each is what its call says; a row beyond it would lock someone, a missing one free them.

    A lease that a wrong clock or a lost report ended early lets another call hold the person, and its release frees
    them although the first call turns out to go on: one row cannot tell of two calls."""
    for change in step.changes:
        held = {row.user_id: row for row in history.holds(change.after) if row.until > step.at}
        for user_id, row in history.engaged.items():
            if row.call_id == change.after.id and row.until > step.at and held.get(user_id) != row:
                yield f"stored {row}, but the call holds {held.get(user_id)}"
        for user_id, row in held.items():
            stored = history.engaged.get(user_id)
            if history.is_informed if stored is None else stored.call_id == row.call_id and stored != row:
                yield f"the call holds {row}, but stored is {stored}"


def r2_only_open_browsers_are_rung(history: History, step: Step) -> Iterator[str]:
    for _, wave in step.offers:
        for attempt in wave.attempts:
            heard = history.heartbeats.get(attempt.user_id) if attempt.user_id is not None else None
            if attempt.endpoint is Endpoint.BROWSER and (heard is None or step.at - heard > FRESH):
                yield f"{attempt.address} is rung at {step.at}, and was heard of at {heard}"


def r2_nobody_is_rung_over_their_notes(history: History, step: Step) -> Iterator[str]:
    """The group grants its members some time after a talk. When that was over is the world's word, so it is asked for
    only where Titus is told of everything."""
    for change, wave in step.offers if history.is_informed else ():
        for talk in history.talks:
            rung = any(attempt.user_id == talk.user_id for attempt in wave.attempts)
            told = rung and not _picked_up_twice(history.calls[talk.call_id], talk.wave)
            if told and history.now < talk.over_at + _wrap_up(history.calls[talk.call_id], talk.wave):
                yield f"{talk.user_id} is rung for {change.after.id} at {history.now} after {talk}"


def _picked_up_twice(call: Call, number: int) -> bool:
    """Whoever picked up both of their phones talks on one, and may be believed to talk on the other."""
    return sum(leg.wave == number and leg.answered_at is not None for leg in call.legs) > 1


def _wrap_up(call: Call, number: int) -> timedelta:
    plan = call.plan
    for wave in call.waves:
        stage = plan.stages[wave.stage] if plan is not None else None
        if wave.number == number and isinstance(stage, RingStage):
            return timedelta(seconds=stage.wrap_up_seconds)
    return timedelta()


def r2_nobody_is_passed_by_without_reason(history: History, step: Step) -> Iterator[str]:
    """Who is passed by, or waited for, as busy is busy: with a lease that has not run out."""
    for change in step.changes if not step.raced else ():
        for event, at in change.events:
            if isinstance(event, MemberSkipped) and event.reason in KINDS:
                if not _is_taken(history, event.user_id, KINDS[event.reason], at):
                    yield f"{event.user_id} is passed by as {event.reason}, and is {history.held.get(event.user_id)}"
            elif isinstance(event, MemberSkipped) and event.reason is Reason.UNAVAILABLE:
                if history.presence.get(event.user_id) is not Presence.OFFLINE:
                    yield f"{event.user_id} is passed by as away, and is {history.presence.get(event.user_id)}"
            elif isinstance(event, CallerHeld) and not _waits_for_somebody(history, change.after, event, at):
                yield f"{change.after.id} waits in stage {event.stage}, and nobody there is busy"


def _is_taken(history: History, user_id: UserId, kinds: set[str], at: datetime) -> bool:
    if "talking" in kinds and history.presence.get(user_id) is Presence.BUSY:
        return True
    row = history.held.get(user_id)
    return row is not None and row.kind in kinds and row.until > at


def _waits_for_somebody(history: History, call: Call, event: CallerHeld, at: datetime) -> bool:
    """Somebody of this stage is busy; or the caller may be listening to a dial that is on."""
    stage = call.plan.stages[event.stage] if call.plan is not None else None
    if not isinstance(stage, RingStage) or (call.wave is not None and call.wave.end is None):
        return True
    users = {stage.first, *(member.user_id for member in stage.members)} - {None}
    busy = {"ringing", "leaving", "talking", "wrap_up"}
    return any(user_id is not None and _is_taken(history, user_id, busy, at) for user_id in users)


PEOPLE_CHECKS = (
    r2_nobody_is_offered_two_calls,
    r2_whoever_is_offered_is_reserved,
    r2_whoever_is_on_the_phone_is_kept,
    r2_a_call_takes_nothing_from_another,
    r2_reservations_are_what_the_calls_hold,
    r2_only_open_browsers_are_rung,
    r2_nobody_is_rung_over_their_notes,
    r2_nobody_is_passed_by_without_reason,
)

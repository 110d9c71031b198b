"""What must hold after every step (R1–R3, R6–R8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TypeAlias

from msgspec.structs import replace

from tests.simulation.history import Change, Delivered, History, Step
from titus_core.calls.events import WaveOffered
from titus_core.calls.evidence import outcome
from titus_core.calls.facts import DialEnded, KeyPressed, LegPickedUp
from titus_core.calls.history import evolve
from titus_core.calls.holding import engagements
from titus_core.calls.instructions import (
    Accept,
    AskToAccept,
    ConnectAgent,
    Dial,
    HandOver,
    Hangup,
    Hold,
    Instruction,
    Reject,
    Say,
    TakeVoicemail,
)
from titus_core.calls.model import Outcome, RingStage
from titus_core.hunt_groups.availability import Presence
from titus_core.kernel.ids import UserId

StepCheck: TypeAlias = Callable[[History, Step], Iterable[str]]
EndCheck: TypeAlias = Callable[[History], Iterable[str]]

RANKS = {found: rank for rank, found in enumerate(reversed(Outcome))}
SETTLES_WITHIN = timedelta(seconds=120)
LEADS_SOMEWHERE = (Dial, ConnectAgent, HandOver, TakeVoicemail, Hold, Hangup, Reject, Accept)


def r1_a_settled_outcome_never_falls(history: History, step: Step) -> Iterator[str]:
    for change in step.changes:
        before = change.before
        if before is None or before.settled_at is None:
            continue
        was, now = outcome(before), outcome(change.after)
        if now is None or (was is not None and RANKS[now] < RANKS[was]):
            yield f"{before.id} was {was} and is {now}"


def r2_nobody_is_offered_two_calls(history: History, step: Step) -> Iterator[str]:
    """Whom a wave offers is available, and no other call holds them."""
    for change, wave in _offers(step):
        users = {attempt.user_id for attempt in wave.attempts if attempt.user_id is not None}
        for user_id in users:
            if history.presence.get(user_id) is not Presence.AVAILABLE:
                yield f"{user_id} is rung and not available"
        for other in history.calls.values():
            if other.id != change.after.id:
                held = [row for row in engagements(other) if row.user_id in users and row.until > step.at]
                if any(history.engaged.get(row.user_id) == row for row in held):
                    yield f"{held} while {change.after.id} is offered to {users}"


def r2_reservations_are_what_the_calls_hold(history: History, step: Step) -> Iterator[str]:
    """One row a person, and each is what its call says; a row beyond it would lock someone, a missing one free them.

    A lease that a wrong clock or a lost report ended early lets another call hold the person, and its release frees
    them although the first call turns out to go on: one row cannot tell of two calls."""
    for change in step.changes:
        held = {row.user_id: row for row in engagements(change.after) if row.until > step.at}
        for user_id, row in history.engaged.items():
            if row.call_id == change.after.id and row.until > step.at and held.get(user_id) != row:
                yield f"stored {row}, but the call holds {held.get(user_id)}"
        for user_id, row in held.items():
            stored = history.engaged.get(user_id)
            if history.is_informed if stored is None else stored.call_id == row.call_id and stored != row:
                yield f"the call holds {row}, but stored is {stored}"


def r3_each_member_once_and_in_order(history: History, step: Step) -> Iterator[str]:
    """Within a stage, whoever was offered before is not offered again; a wave follows the plan's order."""
    for change, wave in _offers(step):
        users = list(dict.fromkeys(attempt.user_id for attempt in wave.attempts if attempt.user_id is not None))
        earlier = {
            attempt.user_id
            for other in change.after.waves
            if other.stage == wave.stage and other.number < wave.wave
            for attempt in other.attempts
        }
        if earlier & set(users):
            yield f"{earlier & set(users)} is offered twice in stage {wave.stage}"
        yield from _out_of_order(change, wave, users)


def _out_of_order(change: Change, wave: WaveOffered, users: Sequence[UserId]) -> Iterator[str]:
    plan = change.after.plan
    stage = plan.stages[wave.stage] if plan is not None else None
    if isinstance(stage, RingStage):
        order = [member.user_id for member in stage.members if member.user_id != stage.first]
        places = [order.index(user) if user in order else -1 for user in users]
        if places != sorted(places):
            yield f"{users} is not the order of the plan"


def r6_a_wave_is_dialled_at_most_once(history: History, step: Step) -> Iterator[str]:
    for instruction in _instructions(step):
        if isinstance(instruction, Dial) and step.delivered is not None and step.delivered.reply is not None:
            first = history.dialled.get((step.delivered.reply.call_id, instruction.wave))
            if first is not None and first != step.delivered.key:
                yield f"wave {instruction.wave} is dialled for {first} and for {step.delivered.key}"


def r7_the_same_request_gets_the_same_answer(history: History, step: Step) -> Iterator[str]:
    if step.delivered is not None and step.delivered.again:
        delivered = step.delivered
        before = history.replies[(delivered.route, delivered.key)]
        if delivered.reply != before:
            yield f"{delivered.key} was answered {before}, and now {delivered.reply}"
        if step.changes:
            yield f"{delivered.key} changed a call although it had come before"


def r7_a_new_question_is_not_taken_for_an_old_one(history: History, step: Step) -> Iterator[str]:
    """Else a caller would go round and round among answers given before."""
    delivered = step.delivered
    if delivered is not None and delivered.fresh and delivered.again and delivered.route == "hunt-step":
        yield f"{delivered.key} was asked before"


def r7_every_answer_leads_somewhere(history: History, step: Step) -> Iterator[str]:
    """It ends in something that happens; only for a caller who is gone there is nothing to say."""
    if step.delivered is None or not step.delivered.asked or step.delivered.again:
        return
    instructions, fact = _instructions(step), step.delivered.fact
    if not instructions:
        calls = [change.after for change in step.changes] or list(history.calls.values())
        if isinstance(fact, LegPickedUp | KeyPressed) or all(call.live for call in calls):
            yield f"{step.delivered.key} is answered with nothing"
    elif not isinstance(instructions[-1], LEADS_SOMEWHERE) or not _is_sound(instructions):
        yield f"{step.delivered.key} is answered {instructions}"


def _is_sound(instructions: tuple[Instruction, ...]) -> bool:
    """Speech first, then one thing to do; the question to press 1 is the one thing that something follows."""
    *before, last = instructions
    if any(isinstance(instruction, AskToAccept) for instruction in before):
        return isinstance(last, Hangup) and len(before) == 1
    spoken = all(isinstance(instruction, Say) for instruction in before)
    return spoken and not (isinstance(last, Dial) and last.record and not before)


def r8_events_make_the_state(history: History, step: Step) -> Iterator[str]:
    """The stored call is the fold of its events, and it never changes without one."""
    for change in step.changes:
        call = change.before
        for event, at in change.events:
            call = evolve(call, event, at)
        if call is None or replace(call, version=change.after.version) != change.after:
            yield f"the events of {change.after.id} do not make what is stored"
        if not change.events or change.after.version != (change.before.version if change.before else 0) + 1:
            yield f"{change.after.id} changed to version {change.after.version} with {len(change.events)} events"


def r1_one_person_gets_the_caller(history: History, step: Step) -> Iterator[str]:
    """Of all who press 1 in one wave, one is told that they have the caller (and that one as often as they ask)."""
    delivered = step.delivered
    if delivered is None or not isinstance(delivered.fact, KeyPressed) or not _accepts(delivered):
        return
    for other in history.delivered:
        if isinstance(other.fact, KeyPressed) and _accepts(other) and _same_wave(other.fact, delivered.fact):
            yield f"{other.fact.leg_id} and {delivered.fact.leg_id} both have the caller"


def _accepts(delivered: Delivered) -> bool:
    return delivered.reply is not None and isinstance(delivered.reply.instructions[-1], Accept)


def _same_wave(one: KeyPressed, other: KeyPressed) -> bool:
    return (one.call_id, one.wave) == (other.call_id, other.wave) and one.leg_id != other.leg_id


def r3_nobody_is_rung_for_a_caller_who_needs_nobody(history: History, step: Step) -> Iterator[str]:
    """Not after a talk, not for a caller who is gone, not for one who was refused."""
    for change, wave in _offers(step):
        call, before = change.after, change.before
        fact = step.delivered.fact if step.delivered is not None else None
        if isinstance(fact, DialEnded) and fact.bridged and wave.wave != fact.wave:
            yield f"{call.id} is hunted for after a talk"
        if call.refusal is not None or (before is not None and before.status.ended):
            yield f"{call.id} is hunted for though {call.refusal or 'over'}"


STEP_CHECKS: tuple[StepCheck, ...] = (
    r1_a_settled_outcome_never_falls,
    r1_one_person_gets_the_caller,
    r2_nobody_is_offered_two_calls,
    r2_reservations_are_what_the_calls_hold,
    r3_each_member_once_and_in_order,
    r3_nobody_is_rung_for_a_caller_who_needs_nobody,
    r6_a_wave_is_dialled_at_most_once,
    r7_the_same_request_gets_the_same_answer,
    r7_a_new_question_is_not_taken_for_an_old_one,
    r7_every_answer_leads_somewhere,
    r8_events_make_the_state,
)


def _instructions(step: Step) -> tuple[Instruction, ...]:
    if step.delivered is None or step.delivered.reply is None:
        return ()
    return step.delivered.reply.instructions


def _offers(step: Step) -> Iterator[tuple[Change, WaveOffered]]:
    return ((change, event) for change in step.changes for event, _ in change.events if isinstance(event, WaveOffered))

"""What must hold after every step, for facts, outcomes and answers (R1, R4, R6–R8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TypeAlias

from msgspec.structs import replace

from tests.simulation.history import Delivered, History, Step
from titus_core.calls.events import CallSettled
from titus_core.calls.evidence import outcome
from titus_core.calls.facts import KeyPressed, LegPickedUp
from titus_core.calls.history import evolve
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
from titus_core.calls.model import Outcome

StepCheck: TypeAlias = Callable[[History, Step], Iterable[str]]
EndCheck: TypeAlias = Callable[[History], Iterable[str]]

RANKS = {found: rank for rank, found in enumerate(reversed(Outcome))}
QUIET_FOR = timedelta(seconds=30)
"""How long after the last news a call that ended settles (`call-routing.md`, Words)."""

LEADS_SOMEWHERE = (Dial, ConnectAgent, HandOver, TakeVoicemail, Hold, Hangup, Reject, Accept)


def r1_a_settled_outcome_never_falls(history: History, step: Step) -> Iterator[str]:
    for change in step.changes:
        before = change.before
        if before is None or before.settled_at is None:
            continue
        was, now = outcome(before), outcome(change.after)
        if now is None or (was is not None and RANKS[now] < RANKS[was]):
            yield f"{before.id} was {was} and is {now}"


def r6_a_wave_is_dialled_at_most_once(history: History, step: Step) -> Iterator[str]:
    for instruction in step.instructions:
        if isinstance(instruction, Dial) and step.delivered is not None and step.delivered.reply is not None:
            first = history.dialled.get((step.delivered.reply.call_id, instruction.wave))
            if first is not None and first != step.delivered.key:
                yield f"wave {instruction.wave} is dialled for {first} and for {step.delivered.key}"


def r6_a_repetition_asks_no_agent(history: History, step: Step) -> Iterator[str]:
    """Its answer is stored; what its provider does for an invitation (a call of theirs, maybe a bill) is done."""
    if step.delivered is not None and step.delivered.again and not step.raced:
        for call_id in history.invited[history.invited_before :]:
            yield f"the agent is asked for {call_id} once more by {step.delivered.key}"


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
    instructions, fact = step.instructions, step.delivered.fact
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


def r4_a_call_settles_once_and_when_it_is_quiet(history: History, step: Step) -> Iterator[str]:
    """What follows from the outcome happens once, and not while news may still change it."""
    for change in step.changes:
        settled = [at for event, at in change.events if isinstance(event, CallSettled)]
        before = change.before
        for at in settled:
            if before is None or before.settled_at is not None or len(settled) > 1:
                yield f"{change.after.id} settled again"
            elif before.live or at - before.news_at < QUIET_FOR:
                yield f"{before.id} settled at {at}, {before.status}, with news of {before.news_at}"


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


def r1_who_is_given_the_caller_can_talk_to_them(history: History, step: Step) -> Iterator[str]:
    """The caller is on the line and listens to this very dial, and whoever pressed the key did not hang up."""
    delivered = step.delivered
    if delivered is None or delivered.again or not isinstance(delivered.fact, KeyPressed) or not _accepts(delivered):
        return
    if step.raced or not step.changes:  # it was decided before, and a crash took the answer
        return
    call, fact = history.calls[delivered.fact.call_id], delivered.fact
    latest = call.waves[-1]
    if not call.live or latest.number != fact.wave or latest.end is not None:
        yield f"{fact.leg_id} gets the caller in wave {fact.wave}, and {call.id} is {call.status} in {latest.number}"
    if any(leg.id == fact.leg_id and leg.status.ended for leg in call.legs):
        yield f"{fact.leg_id} gets the caller, and is over"


def _accepts(delivered: Delivered) -> bool:
    return delivered.reply is not None and isinstance(delivered.reply.instructions[-1], Accept)


def _same_wave(one: KeyPressed, other: KeyPressed) -> bool:
    return (one.call_id, one.wave) == (other.call_id, other.wave) and one.leg_id != other.leg_id


STEP_CHECKS: tuple[StepCheck, ...] = (
    r1_a_settled_outcome_never_falls,
    r1_one_person_gets_the_caller,
    r1_who_is_given_the_caller_can_talk_to_them,
    r4_a_call_settles_once_and_when_it_is_quiet,
    r6_a_wave_is_dialled_at_most_once,
    r6_a_repetition_asks_no_agent,
    r7_the_same_request_gets_the_same_answer,
    r7_a_new_question_is_not_taken_for_an_old_one,
    r7_every_answer_leads_somewhere,
    r8_events_make_the_state,
)

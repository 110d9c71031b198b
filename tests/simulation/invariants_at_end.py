"""What must hold when the world is quiet (R1, R2, R4, R5, R7, R9, R11, R12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TypeAlias

from tests.simulation.evidence import provable
from tests.simulation.history import History, Step
from tests.simulation.reflection import reflected
from tests.simulation.timeless import timeless
from titus_core.calls.events import CallReported, LegReported, RecordingReported
from titus_core.calls.evidence import outcome
from titus_core.calls.history import AnyCallEvent, fold
from titus_core.calls.holding import SCREENING_ALLOWANCE
from titus_core.calls.instructions import (
    Accept,
    ConnectAgent,
    Dial,
    HandOver,
    Hangup,
    Hold,
    Reject,
    TakeVoicemail,
)
from titus_core.calls.model import Outcome
from titus_core.calls.routing import MAX_STRANDINGS

StepCheck: TypeAlias = Callable[[History, Step], Iterable[str]]
EndCheck: TypeAlias = Callable[[History], Iterable[str]]

RANKS = {found: rank for rank, found in enumerate(reversed(Outcome))}
SETTLES_WITHIN = timedelta(seconds=120)
LEADS_SOMEWHERE = (Dial, ConnectAgent, HandOver, TakeVoicemail, Hold, Hangup, Reject, Accept)


def r1_every_call_has_the_outcome_that_its_facts_prove(history: History) -> Iterator[str]:
    for call_id, call in history.calls.items():
        expected = provable(history, call_id)
        if outcome(call) is not expected:
            yield f"{call_id} is {outcome(call)}, and the facts prove {expected}"


def r2_leases_expire(history: History) -> Iterator[str]:
    """When all calls are over, nobody is kept but for a wrap-up that ends."""
    for row in history.engaged.values():
        call = history.calls[row.call_id]
        if not call.live and row.kind != "wrap_up":
            yield f"{row} although the call is over"


def r2_nobodys_phone_rings_twice(history: History) -> Iterator[str]:
    """The world's own word: nobody was rung while they talked or were rung for another call. What no report told and
    what a wrong clock hides, Titus cannot know."""
    if history.is_informed:
        yield from history.clashes


def r1_blocked_callers_reach_nobody(history: History) -> Iterator[str]:
    for truth in history.truths.values():
        if truth.blocked and (truth.talked_to or truth.left_message or truth.at_agent):
            yield f"{truth.call_id} is blocked and was served"


def r4_every_call_settles_in_time(history: History) -> Iterator[str]:
    """Also R12: nobody has to wake Titus up after a restart."""
    for truth in history.truths.values():
        settled = history.settled.get(truth.call_id)
        if truth.over_at is None or settled is None:
            yield f"{truth.call_id} is not settled (over at {truth.over_at})"
        elif settled - truth.over_at > SETTLES_WITHIN + history.slack:
            yield f"{truth.call_id} settled {settled - truth.over_at} after it was over"


def r5_no_fact_is_lost(history: History) -> Iterator[str]:
    """Everything that was acknowledged is seen in the stored call."""
    for delivered in history.delivered:
        fact = delivered.fact
        if not reflected(fact, history.calls):
            yield f"{delivered.key}: {fact}"


def r7_nobody_is_dropped(history: History) -> Iterator[str]:
    """We end a call only after the caller got something, or was refused, or could not be helped for too long."""
    for truth in history.truths.values():
        call = history.calls.get(truth.call_id)
        refused = call is not None and (call.refusal is not None or call.strandings > MAX_STRANDINGS)
        if truth.dropped and not (truth.talked_to or truth.left_message or truth.at_agent or refused):
            yield f"{truth.call_id} was dropped"


def r9_reports_fold_in_any_order(history: History) -> Iterator[str]:
    """Reports may come whenever they like: the rest of the log and they make the same call. (Orders of requests are
    `tests/core/calls/test_orders_of_facts.py`: they decide what is offered.)"""
    random = Random(history.seed)  # noqa: S311 (not a secret)
    for call_id, events in history.events.items():
        again = fold(_shuffled(events, random))
        assert again is not None
        if timeless(again) != timeless(history.calls[call_id]):
            yield f"another order of the reports makes another {call_id}"


def _shuffled(events: list[tuple[AnyCallEvent, datetime]], random: Random) -> list[tuple[AnyCallEvent, datetime]]:
    reports = [event for event in events if isinstance(event[0], LegReported | CallReported | RecordingReported)]
    shuffled = [event for event in events if not isinstance(event[0], LegReported | CallReported | RecordingReported)]
    for report in reports:
        shuffled.insert(random.randrange(len(shuffled) + 1), report)
    return shuffled


def r11_nobody_waits_for_ever(history: History) -> Iterator[str]:
    """From arrival to the last resort: no longer than all ringing, screening and holding, and hardly over budget."""
    for call_id, reached in history.at_last_resort.items():
        call, truth = history.calls[call_id], history.truths.get(call_id)
        if truth is None or call.plan is None or call.strandings or call.agent.served_at is not None:
            continue
        waited = reached - truth.began_at - history.slack
        ringing = sum((timedelta(seconds=wave.ring_seconds) + SCREENING_ALLOWANCE for wave in call.waves), timedelta())
        allowed = ringing + timedelta(seconds=10 + 7 * call.holds)
        budget = timedelta(seconds=call.plan.budget_seconds + 10) + SCREENING_ALLOWANCE
        if waited > min(allowed, budget):
            yield f"{call_id} waited {waited}, allowed are {allowed} and {budget}"


END_CHECKS: tuple[EndCheck, ...] = (
    r1_every_call_has_the_outcome_that_its_facts_prove,
    r1_blocked_callers_reach_nobody,
    r2_leases_expire,
    r2_nobodys_phone_rings_twice,
    r4_every_call_settles_in_time,
    r5_no_fact_is_lost,
    r7_nobody_is_dropped,
    r9_reports_fold_in_any_order,
    r11_nobody_waits_for_ever,
)

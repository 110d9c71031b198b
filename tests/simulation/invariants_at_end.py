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
INQUIRES_AFTER = timedelta(seconds=45)
"""News that come late, after the end, put off the question whether the call is over."""

FOUND_WITHIN = timedelta(seconds=75)
"""A call that lasts longer is found at the provider, whatever got lost."""

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
        if truth.blocked and not truth.degraded and (truth.talked_to or truth.left_message or truth.at_agent):
            yield f"{truth.call_id} is blocked and was served"


def r4_every_call_settles_in_time(history: History) -> Iterator[str]:
    """Also R12: nobody has to wake Titus up after a restart. A short call of which every request got lost is known from
    the first report on, or never; so is a longer one if the provider refused to name it whenever it was asked."""
    for truth in history.truths.values():
        settled, known = history.settled.get(truth.call_id), history.known_since.get(truth.call_id)
        was_short = truth.over_at is not None and truth.over_at - truth.began_at < FOUND_WITHIN
        asked_in_vain = truth.call_id in history.refused
        never_known = known is None and (asked_in_vain or (was_short and not history.is_told))
        if truth.over_at is None or (settled is None and not never_known):
            yield f"{truth.call_id} is not settled (over at {truth.over_at})"
        elif settled is not None and known is not None:
            over_at = max(truth.over_at, known) if was_short else truth.over_at
            allowed = SETTLES_WITHIN + 2 * history.slack + history.delays.get(truth.call_id, timedelta())
            # Twice the slack above: a fast clock puts off both the question and the settlement, for whoever's is not.
            allowed += INQUIRES_AFTER if truth.call_id in history.heard_late else timedelta()
            if settled - over_at > allowed:
                yield f"{truth.call_id} settled {settled - over_at} after it was over"
    for call_id in history.calls.keys() - history.settled.keys():
        yield f"{call_id} is not settled"


def whoever_was_not_served_is_called_back(history: History) -> Iterator[str]:
    """Every call that settled with nobody having answered leaves one callback, with the outcome of that hour; but those
    that we turned away."""
    expected = {
        call_id: ended_as
        for call_id, ended_as in history.settled_as.items()
        if ended_as is not Outcome.ANSWERED and history.calls[call_id].refusal is None
    }
    for call_id in expected.keys() ^ history.owed.keys():
        yield f"{call_id} settled as {history.settled_as.get(call_id)}, and is owed {history.owed.get(call_id)}"
    for call_id in expected.keys() & history.owed.keys():
        if history.owed[call_id] != expected[call_id]:
            yield f"{call_id} is owed for {history.owed[call_id]}, and settled as {expected[call_id]}"


def r5_no_fact_is_lost(history: History) -> Iterator[str]:
    """Everything that was acknowledged is seen in the stored call."""
    for delivered in history.delivered:
        fact = delivered.fact
        if not reflected(fact, history.calls):
            yield f"{delivered.key}: {fact}"


def r5_what_happened_is_known(history: History) -> Iterator[str]:
    """By the world's word: whoever lost the reports of a talk can ask the provider, if it answers. It is asked in vain
    once: then the call settles by what is known."""
    for truth in history.truths.values():
        if truth.call_id in history.refused:
            continue
        call = history.calls.get(truth.call_id)
        found = outcome(call) if call is not None else None
        could_not_know = truth.degraded or truth.call_id in history.delays
        if truth.talked_to and found is not Outcome.ANSWERED and not could_not_know:
            yield f"{truth.call_id} talked to {truth.talked_to}, and is {found}"
        if truth.at_agent and found not in {Outcome.ANSWERED, Outcome.AI_FALLBACK} and not could_not_know:
            yield f"{truth.call_id} talked to the agent, and is {found}"


def r7_nobody_is_dropped(history: History) -> Iterator[str]:
    """We end a call only after the caller got something, or was refused, or could not be helped for too long."""
    for truth in history.truths.values():
        call = history.calls.get(truth.call_id)
        refused = call is not None and (call.refusal is not None or call.strandings > MAX_STRANDINGS)
        # Whose key was told too late, where the provider does not say who was joined, looks like one who talks.
        late = truth.call_id in history.delays or truth.call_id in history.accepted or not history.is_timely
        unsure = late and (truth.degraded or not history.says_bridged)
        if truth.dropped and not (truth.talked_to or truth.left_message or truth.at_agent or refused or unsure):
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
    """From arrival to the AI agent or voicemail: no longer than all ringing, screening and holding, and hardly over
    budget."""
    for call_id, reached in history.at_last_resort.items():
        call, truth = history.calls[call_id], history.truths.get(call_id)
        if truth is None or truth.degraded or call.plan is None or call.strandings:
            continue
        if truth.over_at is not None and reached > truth.over_at:
            continue
        waited = reached - truth.began_at - truth.talked_for - history.slack - history.delays.get(call_id, timedelta())
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
    whoever_was_not_served_is_called_back,
    r5_no_fact_is_lost,
    r5_what_happened_is_known,
    r7_nobody_is_dropped,
    r9_reports_fold_in_any_order,
    r11_nobody_waits_for_ever,
)

"""One outcome for each call, by evidence; more evidence only raises it."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import (
    ANA,
    BEN,
    CALL,
    arrived,
    at_browser,
    bridged,
    browser,
    caller,
    dial_ended,
    group,
    leg,
    message,
    not_bridged,
    picked_up,
    pressed,
    recording,
    stranded,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.events import AgentServed
from titus_core.calls.facts import AgentUnavailable, Fact, SettleDue
from titus_core.calls.model import CallStatus, Direction, Outcome, RecordingState
from titus_core.hunt_groups.model import Strategy, ToAgent

S = CallStatus
SERVED = AgentServed(call_id=CALL)
SERVING = group(ANA, overflow=(ToAgent(),))
VOICEMAIL = recording(RecordingState.COMPLETED, voicemail=True, duration=9)

TABLE: list[tuple[str, tuple[Fact, ...], Outcome]] = [
    ("a bridge", (bridged(1),), Outcome.ANSWERED),
    ("our own key press", (picked_up(), pressed()), Outcome.ANSWERED),
    ("the agent was served", (dial_ended(1), SERVED), Outcome.AI_FALLBACK),
    ("the agent failed", (dial_ended(1), SERVED, stranded(agent_failed=True)), Outcome.CALLER_HUNG_UP),
    ("no agent could be had", (dial_ended(1), AgentUnavailable(call_id=CALL, reason="down")), Outcome.CALLER_HUNG_UP),
    ("a message", (dial_ended(1), VOICEMAIL), Outcome.VOICEMAIL),
    ("a message of which only the length is known", (dial_ended(1), message()), Outcome.VOICEMAIL),
    ("a hang-up at the tone", (dial_ended(1), message(None, None)), Outcome.CALLER_HUNG_UP),
    ("an empty message", (dial_ended(1), message(duration=0)), Outcome.CALLER_HUNG_UP),
    ("a message that is absent", (recording(RecordingState.ABSENT, voicemail=True),), Outcome.CALLER_HUNG_UP),
    ("a recording of a talk is no message", (recording(RecordingState.COMPLETED, duration=9),), Outcome.CALLER_HUNG_UP),
    ("voicemail was offered, that is all", (dial_ended(1), dial_ended(1)), Outcome.CALLER_HUNG_UP),
    ("a leg that was only screened", (picked_up(), not_bridged(1)), Outcome.CALLER_HUNG_UP),
    ("an agent and a message", (dial_ended(1), SERVED, VOICEMAIL), Outcome.AI_FALLBACK),
    ("a message and an answer", (VOICEMAIL, bridged(1)), Outcome.ANSWERED),
    ("nothing", (), Outcome.CALLER_HUNG_UP),
]


@pytest.mark.parametrize(("facts", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_outcome_is_the_best_that_the_evidence_proves(facts: tuple[Fact, ...], expected: Outcome) -> None:
    story = Story(world(ANA, agent=True)).tell(arrived(SERVING), *facts)
    assert story.outcome is None
    assert story.tell(caller()).outcome is expected


def test_a_browser_that_picked_up_proves_an_answer() -> None:
    story = Story(world(at_browser(ANA))).tell(arrived(group(browser(ANA))), leg(S.IN_PROGRESS, "client:user_1"))
    assert story.tell(caller()).outcome is Outcome.ANSWERED


def test_a_bridge_proves_an_answer_although_it_is_not_known_who_answered() -> None:
    story = Story(world(ANA, BEN)).tell(arrived(group(ANA, BEN, strategy=Strategy.RING_ALL)), bridged(1, "CAlost"))
    assert story.tell(caller()).outcome is Outcome.ANSWERED


def test_an_answer_is_attributed_when_its_leg_becomes_known_at_last() -> None:
    story = Story(world(ANA, BEN)).tell(arrived(group(ANA, BEN, strategy=Strategy.RING_ALL)), bridged(1, "CAleg1"))
    assert story.tell(leg(S.COMPLETED, duration=40)).results[0] is not None
    assert [result.value for result in story.results if result] == ["answered", "lost_race"]


@pytest.mark.parametrize("status", [S.BUSY, S.NO_ANSWER, S.CANCELED, S.COMPLETED])
def test_a_caller_who_left_without_anything_hung_up(status: CallStatus) -> None:
    assert Story().tell(arrived(SERVING), caller(status)).outcome is Outcome.CALLER_HUNG_UP


def test_a_call_that_the_provider_calls_failed_failed() -> None:
    assert Story().tell(arrived(SERVING), caller(S.FAILED)).outcome is Outcome.FAILED


def test_a_blocked_caller_failed_with_the_reason() -> None:
    story = Story().tell(arrived(SERVING, refusal="blocked"), caller(S.BUSY))
    assert (story.outcome, story.call.refusal) == (Outcome.FAILED, "blocked")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (S.COMPLETED, Outcome.ANSWERED),
        (S.NO_ANSWER, Outcome.CALLER_HUNG_UP),
    ],
)
def test_a_call_out_is_answered_if_it_was_completed(status: CallStatus, expected: Outcome) -> None:
    assert Story().tell(caller(status, direction=Direction.OUTBOUND)).outcome is expected


@pytest.mark.parametrize("later", [S.CANCELED, S.BUSY, S.NO_ANSWER, S.COMPLETED])
def test_of_two_ends_the_one_that_means_failure_never_wins(later: CallStatus) -> None:
    for order in ((caller(S.FAILED), caller(later)), (caller(later), caller(S.FAILED))):
        assert Story().tell(arrived(SERVING), *order).outcome is Outcome.CALLER_HUNG_UP


def test_an_outcome_that_settled_is_not_lowered_by_an_agents_late_failure() -> None:
    story = Story(world(agent=True)).tell(arrived(SERVING), SERVED, caller()).after(60).tell(SettleDue(call_id=CALL))
    story.tell(stranded(agent_failed=True), AgentUnavailable(call_id=CALL, reason="late"))
    assert story.outcome is Outcome.AI_FALLBACK


def test_an_outcome_that_settled_is_not_lowered_by_a_late_arrival_that_we_would_have_refused() -> None:
    story = Story().tell(caller()).after(60).tell(SettleDue(call_id=CALL))
    story.tell(arrived(SERVING, refusal="blocked"))
    assert story.outcome is Outcome.CALLER_HUNG_UP


def test_an_outcome_that_settled_is_raised_by_late_evidence() -> None:
    story = Story(world(ANA)).tell(arrived(SERVING), caller()).after(60).tell(SettleDue(call_id=CALL))
    assert story.tell(bridged(1)).outcome is Outcome.ANSWERED
    assert story.call.settled_at is not None

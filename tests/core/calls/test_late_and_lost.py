"""Steps that come late, twice, or of calls that nobody knows; callers whom an answer of ours left stranded."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import (
    ANA,
    BEN,
    CAI,
    CALL,
    NOON,
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
    waits,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.evidence import outcome
from titus_core.calls.facts import AgentUnavailable, Fact
from titus_core.calls.instructions import Hangup, Hold, Reject, Say, TakeVoicemail
from titus_core.calls.model import CallStatus, Direction, Outcome, RecordingState, Result
from titus_core.calls.routing import MAX_STRANDINGS, TRY_AGAIN, decide
from titus_core.hunt_groups.model import ToAgent, ToNumber
from titus_core.kernel.phone import PhoneNumber

S = CallStatus
HANGUP = (Hangup(),)
SERVING = group(ANA, BEN, CAI)


def hunting() -> Story:
    return Story(world(ANA, BEN, CAI)).tell(arrived(SERVING))


def test_a_late_end_of_an_earlier_dial_rings_nobody() -> None:
    story = hunting().tell(dial_ended(1)).tell(dial_ended(1))
    assert story.reply == HANGUP
    assert story.news == []


def test_a_late_end_after_the_conversation_rings_nobody() -> None:
    assert hunting().tell(dial_ended(1), bridged(2)).tell(dial_ended(1)).reply == HANGUP


def test_a_late_end_still_serves_a_caller_whose_later_dial_is_over_too() -> None:
    story = hunting().tell(dial_ended(1), dial_ended(2), dial_ended(3)).tell(dial_ended(1))
    assert isinstance(story.reply[-1], TakeVoicemail)


def test_the_first_word_of_an_earlier_dials_end_makes_the_caller_wait_rather_than_go() -> None:
    story = hunting().tell(stranded()).tell(dial_ended(1))
    assert story.reply == (Hold(5, 1),)
    assert story.tell(waits(1)).rung == [CAI]


def test_the_first_word_of_an_earlier_dials_end_after_a_talk_ends_the_call() -> None:
    assert hunting().tell(stranded(), bridged(2)).tell(dial_ended(1)).reply == HANGUP


def test_without_a_directory_a_fact_is_noted_and_nobody_is_offered_anything() -> None:
    facts = (arrived(SERVING), dial_ended(1), waits(), stranded(), AgentUnavailable(call_id=CALL, reason="down"))
    for fact in facts:
        known = decide(None, arrived(SERVING), NOON, None).call
        decision = decide(known, fact, NOON, None)
        assert decision.call.waves == ()
        assert decision.instructions == ()


def test_after_a_conversation_the_hunt_is_over() -> None:
    assert hunting().tell(bridged(1)).reply == HANGUP


@pytest.mark.parametrize("fact", [dial_ended(1), waits(), stranded(), AgentUnavailable(call_id=CALL, reason="down")])
def test_nobody_is_rung_for_a_caller_who_is_gone(fact: Fact) -> None:
    story = hunting().tell(caller()).tell(fact)
    assert story.reply == ()
    assert len(story.call.waves) == 1


@pytest.mark.parametrize("fact", [dial_ended(1, caller_status=S.COMPLETED), stranded(caller_status=S.COMPLETED)])
def test_a_request_that_says_that_the_caller_is_gone_is_believed(fact: Fact) -> None:
    story = hunting().tell(fact)
    assert story.reply == ()
    assert story.outcome is Outcome.CALLER_HUNG_UP


def test_a_caller_in_the_middle_of_a_dial_who_calls_in_again_waits_and_is_served_on() -> None:
    """Simulation: the first request came late, and somebody was held for an offer that nobody dialled."""
    story = hunting().tell(arrived(SERVING))
    assert (story.hold.turn, story.rung) == (1, [])
    assert list(story.engaged) == [ANA]
    assert story.tell(waits(turn=1)).rung == [BEN]


def test_a_caller_for_whom_nobody_rings_and_who_calls_in_again_is_served_on() -> None:
    story = Story().tell(arrived(group()))
    assert isinstance(story.reply[-1], TakeVoicemail)
    assert story.tell(arrived(group())).reply == story.replies[0]


@pytest.mark.parametrize("served", [bridged(1), recording(RecordingState.COMPLETED, voicemail=True)])
def test_a_caller_who_calls_in_again_after_a_talk_or_a_message_is_owed_nothing(served: Fact) -> None:
    assert hunting().tell(served, arrived(SERVING)).reply == (Hangup(),)


def test_a_call_that_ended_before_it_arrived_gets_nothing() -> None:
    story = Story(world(ANA)).tell(caller(), arrived(SERVING))
    assert story.reply == ()
    assert story.call.arrived_at is not None
    assert story.tell(arrived(SERVING)).reply == ()


@pytest.mark.parametrize("fact", [arrived(SERVING, refusal="blocked"), stranded(), waits(), dial_ended(1)])
def test_a_blocked_caller_is_refused_whatever_they_ask(fact: Fact) -> None:
    story = Story(world(ANA, BEN)).tell(arrived(SERVING, refusal="blocked"))
    assert story.reply == (Reject(),)
    assert story.tell(fact).reply == (Reject(),)
    assert story.call.waves == ()


def test_a_call_first_known_by_a_late_report_becomes_whole_when_it_arrives() -> None:
    story = Story(world(ANA)).tell(
        recording(RecordingState.COMPLETED, duration=5, channels=2),
        caller(S.RINGING, direction=Direction.OUTBOUND, from_number="+61491570156", to_number="+61255500001"),
    )
    assert story.call.direction.value == "outbound"
    story.tell(arrived(SERVING), caller(S.IN_PROGRESS, direction=Direction.OUTBOUND))
    assert story.rung == []
    assert story.call.direction.value == "inbound"
    assert story.call.recordings[0].duration == 5
    assert story.call.waves[0].attempts[0].user_id == ANA


def test_a_dial_that_we_never_stored_is_continued_with_the_plan() -> None:
    assert hunting().tell(dial_ended(7)).rung == [BEN]


def test_a_talk_in_a_dial_that_we_never_stored_is_kept_as_somebodys() -> None:
    story = hunting().tell(bridged(7))
    assert story.reply == HANGUP
    assert story.tell(caller()).outcome is Outcome.ANSWERED
    assert story.call.waves[-1].attempts[0].name == "someone"


def test_numbers_of_waves_never_repeat() -> None:
    story = hunting().tell(bridged(7), not_bridged(1), arrived(SERVING))
    numbers = [wave.number for wave in story.call.waves]
    assert len(numbers) == len(set(numbers))


def test_a_stranded_caller_goes_on_where_the_hunt_was() -> None:
    assert hunting().tell(stranded()).rung == [BEN]


def test_a_stranded_caller_is_told_to_call_again_before_it_becomes_a_loop() -> None:
    story = hunting()
    for _ in range(MAX_STRANDINGS):
        story.tell(stranded())
        assert not isinstance(story.reply[-1], Hangup)
    assert story.tell(stranded()).reply == (Say(TRY_AGAIN), Hangup())


def test_a_caller_stranded_after_a_message_or_a_talk_is_owed_nothing() -> None:
    assert hunting().tell(message(), stranded()).reply == HANGUP
    assert hunting().tell(picked_up(), pressed(), stranded()).reply == HANGUP
    browsers = Story(world(at_browser(ANA))).tell(arrived(group(browser(ANA))))
    assert browsers.tell(leg(S.IN_PROGRESS, "client:user_1"), stranded()).reply == HANGUP


def test_a_caller_stranded_after_a_bridge_that_failed_is_served_on() -> None:
    story = hunting().tell(picked_up(), pressed(), not_bridged(1), stranded())
    assert story.rung == [CAI]


def test_an_agent_that_failed_gives_way_to_the_next_step() -> None:
    serving = group(overflow=(ToAgent(), ToNumber(PhoneNumber("+61255500009"))))
    story = Story(world(agent=True)).tell(arrived(serving), stranded(agent_failed=True))
    assert story.rung == ["+61255500009"]
    assert story.call.agent.failure == "the provider reported error 11205"


def test_a_message_ends_the_call() -> None:
    story = hunting().tell(message())
    assert story.reply == HANGUP
    assert story.call.recordings[0].voicemail


@pytest.mark.parametrize("fact", [message(), message(None)])
def test_a_message_of_a_call_that_nobody_knows_is_kept(fact: Fact) -> None:
    story = Story().tell(fact)
    assert story.reply == HANGUP
    assert story.call.live
    assert outcome(story.call) is None


def test_a_repeated_report_is_no_news() -> None:
    story = hunting().tell(leg(S.RINGING)).after(30).tell(leg(S.RINGING))
    assert story.news == []
    assert story.call.news_at < story.now


def test_everybody_rung_in_a_late_hunt_is_rung_once() -> None:
    story = hunting().tell(dial_ended(1), dial_ended(1), dial_ended(2), dial_ended(2), stranded(), dial_ended(3))
    users = [attempt.user_id for wave in story.call.waves for attempt in wave.attempts]
    assert users == [ANA, BEN, CAI]
    assert Result.ANSWERED not in story.results

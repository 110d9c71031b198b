"""How each attempt at each member ended, by what the provider told."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import (
    ANA,
    BEN,
    MAIN,
    NOON,
    PHONES,
    arrived,
    at_browser,
    bridged,
    browser,
    caller,
    dial_ended,
    group,
    leg,
    not_bridged,
    plan,
    pressed,
    stranded,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.evidence import answered_at, answered_by, leg_of
from titus_core.calls.facts import Fact
from titus_core.calls.model import CallStatus, Result
from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.model import Strategy, ToVoicemail
from titus_core.kernel.ids import LegId

S, R = CallStatus, Result
BROWSERS = world(at_browser(ANA), at_browser(BEN))
CLIENT = {ANA: "client:user_1", BEN: "client:user_2"}


def phones(strategy: Strategy = Strategy.SEQUENTIAL) -> Story:
    return Story(world(ANA, BEN)).tell(arrived(group(ANA, BEN, strategy=strategy)))


def browsers(strategy: Strategy = Strategy.RING_ALL) -> Story:
    return Story(BROWSERS).tell(arrived(group(browser(ANA), browser(BEN), strategy=strategy)))


ALONE: list[tuple[str, Fact, Result | None]] = [
    ("nothing told", leg(S.RINGING), None),
    ("no answer", dial_ended(1), R.NO_ANSWER),
    ("busy", dial_ended(1, S.BUSY), R.BUSY),
    ("failed", dial_ended(1, S.FAILED), R.FAILED),
    ("voicemail", not_bridged(1), R.SCREENED_OUT),
    ("bridged", bridged(1), R.ANSWERED),
    ("completed, nothing said of a bridge", dial_ended(1, S.COMPLETED), R.SCREENED_OUT),
    ("the caller hung up", dial_ended(1, S.NO_ANSWER, caller_status=S.COMPLETED), R.CALLER_GONE),
    ("cancelled", dial_ended(1, S.CANCELED, caller_status=S.COMPLETED), R.CALLER_GONE),
    ("the caller's end alone", caller(), R.CALLER_GONE),
    ("leg busy", leg(S.BUSY), R.BUSY),
    ("leg failed", leg(S.FAILED), R.FAILED),
    ("leg unreachable", leg(S.FAILED, sip_code=480), R.NO_ANSWER),
    ("leg timed out", leg(S.FAILED, sip_code=408), R.NO_ANSWER),
    ("leg declined", leg(S.BUSY, sip_code=603), R.DECLINED),
    ("leg not answered", leg(S.NO_ANSWER), R.NO_ANSWER),
    ("leg cancelled while the caller is there", leg(S.CANCELED), R.NO_ANSWER),
    ("leg over without a key", leg(S.COMPLETED, duration=5), R.SCREENED_OUT),
    ("a key", pressed(), R.ANSWERED),
]


@pytest.mark.parametrize(("fact", "expected"), [row[1:] for row in ALONE], ids=[row[0] for row in ALONE])
def test_the_result_of_one_phone_rung_alone(fact: Fact, expected: Result | None) -> None:
    assert phones().tell(fact).results[0] is expected


def test_of_two_who_picked_up_the_first_has_the_call_until_the_provider_says_otherwise() -> None:
    story = browsers().tell(leg(S.IN_PROGRESS, CLIENT[BEN], "CAleg2")).after(1)
    assert story.tell(leg(S.IN_PROGRESS, CLIENT[ANA], "CAleg1")).results == [R.LOST_RACE, R.ANSWERED]
    assert story.tell(bridged(1, "CAleg1")).results == [R.ANSWERED, R.LOST_RACE]


UNSCREENED: list[tuple[str, Fact, Result | None]] = [
    ("picked up", leg(S.IN_PROGRESS, CLIENT[ANA]), R.ANSWERED),
    ("talked", leg(S.COMPLETED, CLIENT[ANA], duration=30), R.ANSWERED),
    ("over at once", leg(S.COMPLETED, CLIENT[ANA], duration=0), R.NO_ANSWER),
    ("a completed dial that names the leg", dial_ended(1, S.COMPLETED, leg_id=LegId("CAleg1")), R.ANSWERED),
    ("a completed dial", dial_ended(1, S.COMPLETED), R.ANSWERED),
    ("a dial without a bridge", not_bridged(1), R.NO_ANSWER),
]


@pytest.mark.parametrize(("fact", "expected"), [row[1:] for row in UNSCREENED], ids=[row[0] for row in UNSCREENED])
def test_the_result_of_one_browser_rung_alone(fact: Fact, expected: Result | None) -> None:
    story = Story(BROWSERS).tell(arrived(group(browser(ANA)))).tell(fact)
    assert story.results[0] is expected


def test_after_a_conversation_nobody_else_is_rung_even_if_nothing_was_said_of_a_bridge() -> None:
    story = browsers(Strategy.SEQUENTIAL).tell(dial_ended(1, S.COMPLETED, duration=60))
    assert story.rung == []


def test_two_who_pick_up_together_are_told_apart_by_the_dials_leg() -> None:
    story = browsers().tell(
        leg(S.IN_PROGRESS, CLIENT[ANA], "CAleg1"),
        leg(S.IN_PROGRESS, CLIENT[BEN], "CAleg2"),
        leg(S.CANCELED, CLIENT[ANA], "CAleg1"),
        bridged(1, "CAleg2"),
    )
    assert story.results == [R.LOST_RACE, R.ANSWERED]
    assert answered_by(story.call) is story.call.waves[0].attempts[1]


def test_a_completed_dial_that_names_an_unscreened_leg_was_answered_by_it() -> None:
    story = browsers().tell(leg(S.RINGING, CLIENT[BEN], "CAleg2"), dial_ended(1, S.COMPLETED, leg_id=LegId("CAleg2")))
    assert story.results == [R.LOST_RACE, R.ANSWERED]


def test_a_completed_dial_that_names_a_screened_leg_needs_its_key() -> None:
    people = world(ANA, at_browser(BEN))
    serving = group(ANA, BEN, strategy=Strategy.RING_ALL)
    facts: tuple[Fact, ...] = (leg(S.IN_PROGRESS), dial_ended(1, S.COMPLETED, leg_id=LegId("CAleg1")))
    assert Story(people).tell(arrived(serving), *facts).results == [R.SCREENED_OUT, R.NO_ANSWER]
    pressed_first = Story(people).tell(arrived(serving), pressed(), *facts)
    assert pressed_first.results == [R.ANSWERED, R.LOST_RACE]


@pytest.mark.parametrize("status", [S.BUSY, S.FAILED])
def test_of_many_rung_together_nobody_is_called_busy_because_the_dial_was(status: CallStatus) -> None:
    assert phones(Strategy.RING_ALL).tell(dial_ended(1, status)).results == [R.NO_ANSWER, R.NO_ANSWER]


def test_whoever_rang_when_the_hunt_went_on_without_a_word_did_not_answer() -> None:
    assert phones().tell(stranded()).results == [R.NO_ANSWER, None]
    everyone_tried = Story(world(ANA)).tell(arrived(group(ANA, overflow=(ToVoicemail(),))), stranded())
    assert everyone_tried.results == [R.NO_ANSWER]


def test_a_caller_who_leaves_later_does_not_change_how_earlier_attempts_ended() -> None:
    story = phones().tell(leg(S.CANCELED), dial_ended(1), leg(S.CANCELED, PHONES[BEN], "CAleg2"), caller())
    assert story.results == [R.NO_ANSWER, R.CALLER_GONE]


def test_a_leg_is_taken_for_the_wave_that_it_was_first_seen_in() -> None:
    again = plan(group(ANA, overflow=()), first=None)
    twice = Story(world(ANA)).tell(arrived(again), leg(S.IN_PROGRESS), dial_ended(1))
    assert twice.call.legs[0].wave == 1


def test_a_leg_that_fits_two_offers_is_left_open_until_the_dial_names_it() -> None:
    serving = plan(group(ANA, id=MAIN), first=None)
    stages = (serving.stages[0], serving.stages[0], *serving.stages[1:])
    story = Story(world(ANA)).tell(arrived(type(serving)(stages=stages, budget_seconds=180)), dial_ended(1))
    story.tell(leg(S.RINGING, leg_id="CAleg2"))
    assert story.call.legs[0].wave is None
    wave = story.tell(bridged(2, "CAleg2")).call.waves[1]
    found = leg_of(story.call, wave, wave.attempts[0])
    assert found is not None
    assert story.results == [R.NO_ANSWER, R.ANSWERED]


def test_a_call_that_nobody_took_was_answered_by_nobody() -> None:
    assert answered_by(phones().tell(dial_ended(1)).call) is None


def test_members_passed_by_keep_their_reason_beside_the_attempts() -> None:
    story = Story(world(BEN)).tell(arrived(group(ANA, BEN)))
    assert story.passed_by == {ANA: Reason.UNAVAILABLE}


def test_when_a_call_was_answered_is_when_the_leg_was_or_else_as_near_as_is_known() -> None:
    assert answered_at(phones().call) is None
    picked_up = phones().after(7).tell(pressed()).after(60).tell(bridged(1))
    assert (answered_at(picked_up.call) or NOON).second == 7
    told_late = phones().after(50).tell(bridged(1))
    assert answered_at(told_late.call) == told_late.now
    only_talking = Story(BROWSERS).tell(arrived(group(browser(ANA)))).after(9)
    assert answered_at(only_talking.tell(leg(S.IN_PROGRESS, CLIENT[ANA])).call) == only_talking.now

"""A phone that is picked up is asked to press 1, so that a mobile's voicemail never wins."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import (
    ANA,
    BEN,
    PHONES,
    arrived,
    at_browser,
    bridged,
    caller,
    dial_ended,
    group,
    leg,
    not_bridged,
    picked_up,
    pressed,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.facts import Fact
from titus_core.calls.instructions import Accept, AskToAccept, Hangup, Say
from titus_core.calls.model import CallStatus, Outcome, Result, Screening
from titus_core.calls.routing import SCREENING_PROMPT, TOO_LATE
from titus_core.hunt_groups.model import Strategy

REFUSED = (Say(TOO_LATE), Hangup())
BOTH_PHONES = group(ANA, BEN, strategy=Strategy.RING_ALL)


def ringing(strategy: Strategy = Strategy.SEQUENTIAL) -> Story:
    return Story(world(ANA, BEN)).tell(arrived(group(ANA, BEN, strategy=strategy)))


def test_a_phone_is_asked_to_press_1_and_else_hung_up() -> None:
    story = ringing().tell(picked_up())
    assert story.reply == (AskToAccept(1, PHONES[ANA], SCREENING_PROMPT), Hangup())


@pytest.mark.parametrize("screening", [True, False])
def test_phones_are_screened_when_the_group_says_so_and_browsers_never(screening: bool) -> None:
    people = world(ANA, at_browser(BEN))
    story = Story(people).tell(arrived(group(ANA, BEN, strategy=Strategy.RING_ALL, screening=screening)))
    assert [target.screened for target in story.dial.targets] == [screening, False]


def test_pressing_1_joins_the_caller_and_proves_an_answer() -> None:
    story = ringing().tell(picked_up(), pressed())
    assert story.reply == (Accept(),)
    assert story.tell(bridged(1)).reply == (Hangup(),)
    assert story.tell(caller()).outcome is Outcome.ANSWERED
    assert story.results == [Result.ANSWERED]


def test_declining_goes_on_with_the_next_member() -> None:
    story = ringing().tell(picked_up(), pressed(Screening.DECLINED))
    assert story.reply == (Hangup(),)
    assert story.tell(not_bridged(1)).rung == [BEN]
    assert story.results == [Result.DECLINED, None]


def test_silence_as_of_a_voicemail_goes_on_with_the_next_member() -> None:
    story = ringing().tell(picked_up(), not_bridged(1))
    assert story.rung == [BEN]
    assert story.results == [Result.SCREENED_OUT, None]


def test_of_two_who_press_1_at_once_one_gets_the_caller() -> None:
    story = ringing(Strategy.RING_ALL).tell(picked_up(), picked_up(PHONES[BEN], "CAleg2"))
    assert story.tell(pressed(address=PHONES[BEN], leg_id="CAleg2")).reply == (Accept(),)
    assert story.tell(pressed()).reply == REFUSED
    assert story.news == []
    assert story.results == [Result.LOST_RACE, Result.ANSWERED]


def test_pressing_1_twice_is_accepted_twice() -> None:
    story = ringing().tell(picked_up(), pressed()).tell(pressed())
    assert story.reply == (Accept(),)
    assert story.news == []


def test_pressing_1_after_another_key_takes_the_call_after_all() -> None:
    story = ringing().tell(pressed(Screening.DECLINED), pressed())
    assert story.reply == (Accept(),)
    assert story.results == [Result.ANSWERED]


@pytest.mark.parametrize("too_late", [caller(), dial_ended(1)], ids=["the caller is gone", "the dial is over"])
def test_pressing_1_too_late_leads_to_nobody_and_says_so(too_late: Fact) -> None:
    story = ringing().tell(picked_up())
    story.tell(too_late)
    assert story.tell(pressed()).reply == REFUSED
    assert Result.ANSWERED not in story.results


def test_a_key_that_is_told_when_its_leg_is_over_leads_to_nobody() -> None:
    story = ringing(Strategy.RING_ALL).tell(picked_up(), leg(CallStatus.COMPLETED, duration=4))
    assert story.tell(pressed()).reply == REFUSED
    assert Result.ANSWERED not in story.results


def test_declining_too_late_is_still_a_decline() -> None:
    story = ringing().tell(not_bridged(1), pressed(Screening.DECLINED))
    assert story.results == [Result.DECLINED, None]


def test_picking_up_when_the_caller_is_gone_is_told_so() -> None:
    assert ringing().tell(caller(), picked_up()).reply == REFUSED


def test_a_leg_that_we_never_offered_is_told_that_it_is_too_late_and_kept() -> None:
    story = Story().tell(picked_up(wave=None))
    assert story.reply == REFUSED
    assert story.tell(pressed(wave=None, leg_id="CAleg9")).reply == REFUSED
    assert [(known.id, known.address) for known in story.call.legs] == [
        ("CAleg1", PHONES[ANA]),
        ("CAleg9", PHONES[ANA]),
    ]


def test_the_wave_in_the_address_says_which_offer_is_meant() -> None:
    serving = group(ANA, BEN)
    story = Story(world(ANA, BEN)).tell(arrived(serving), dial_ended(1), picked_up(PHONES[BEN], "CAleg2", wave=None))
    assert story.reply[0] == AskToAccept(2, PHONES[BEN], SCREENING_PROMPT)


def test_the_next_member_can_take_the_call_after_one_whose_bridge_failed() -> None:
    story = ringing().tell(picked_up(), pressed(), not_bridged(1))
    assert story.rung == [BEN]
    story.tell(picked_up(PHONES[BEN], "CAleg2", wave=2), pressed(address=PHONES[BEN], leg_id="CAleg2", wave=2))
    assert story.reply == (Accept(),)


def test_a_leg_that_is_busy_is_no_lost_race() -> None:
    story = ringing(Strategy.RING_ALL).tell(leg(CallStatus.BUSY, PHONES[BEN], "CAleg2"), pressed())
    assert story.results == [Result.ANSWERED, Result.BUSY]

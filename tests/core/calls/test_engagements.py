"""Whom a call keeps from other calls, and for how long at the most."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.calls.builders import (
    ANA,
    BEN,
    NOON,
    PHONES,
    arrived,
    bridged,
    caller,
    dial_ended,
    group,
    leg,
    picked_up,
    plan,
    pressed,
    state,
    stranded,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.facts import Fact
from titus_core.calls.holding import INSISTENCE, LETTERS_PER_SECOND, QUESTIONS, SCREENING_ALLOWANCE, TALK_LEASE
from titus_core.calls.model import CallStatus, Plan, RingStage
from titus_core.hunt_groups.model import Prompts, Strategy, ToNumber
from titus_core.kernel.phone import PhoneNumber


def ringing(**changes: object) -> Story:
    story = Story(world(ANA, BEN))
    return story.tell(arrived(group(ANA, BEN, **{"strategy": Strategy.RING_ALL, **changes})))


def test_whoever_is_rung_is_kept_until_speaking_ringing_and_screening_must_be_over() -> None:
    story = ringing(ring_seconds=25)
    spoken = timedelta(seconds=len(Prompts().recording_notice) / LETTERS_PER_SECOND)
    until = NOON + spoken + timedelta(seconds=25) + SCREENING_ALLOWANCE + QUESTIONS * INSISTENCE
    assert {user: (held.kind, held.until) for user, held in story.engaged.items()} == {
        ANA: ("ringing", until),
        BEN: ("ringing", until),
    }


def test_whoever_took_the_call_is_kept_and_the_others_are_free() -> None:
    story = ringing().tell(picked_up(), pressed())
    assert [(held.user_id, held.kind, held.until) for held in story.engaged.values()] == [
        (ANA, "talking", NOON + TALK_LEASE)
    ]


def test_whoever_lost_the_race_is_kept_until_their_phone_is_told_to_be_free() -> None:
    """Simulation: their phone still spoke to them when another call rang it."""
    other = leg(CallStatus.IN_PROGRESS, address=PHONES[BEN], leg_id="CAleg2")
    story = ringing().tell(other, picked_up(), pressed())
    assert {user: held.kind for user, held in story.engaged.items()} == {ANA: "talking", BEN: "leaving"}
    story.tell(leg(CallStatus.CANCELED, address=PHONES[BEN], leg_id="CAleg2"))
    assert {user: held.kind for user, held in story.engaged.items()} == {ANA: "talking"}


def test_whoever_picked_up_without_screening_is_kept_though_somebody_else_pressed_1_first() -> None:
    """Simulation: their browser had the caller, its report was late, and another call rang them in the middle of it."""
    story = Story(world(state(ANA, heartbeat_at=NOON), BEN)).tell(arrived(group(ANA, BEN, strategy=Strategy.RING_ALL)))
    story.tell(picked_up(PHONES[BEN]), pressed(address=PHONES[BEN]), leg(CallStatus.COMPLETED, address=PHONES[BEN]))
    story.after(30).tell(leg(CallStatus.IN_PROGRESS, address="client:user_1", leg_id="CAleg2"))
    assert story.engaged[ANA].kind == "talking"
    assert story.engaged[ANA].until == NOON + TALK_LEASE
    story.tell(leg(CallStatus.COMPLETED, address="client:user_1", leg_id="CAleg2"))
    assert ANA not in story.engaged


OVER: list[Fact] = [bridged(1), leg(CallStatus.COMPLETED), caller()]


@pytest.mark.parametrize("over", OVER, ids=["the dial", "the leg", "the call"])
def test_a_talk_is_over_with_the_first_end_that_is_told(over: Fact) -> None:
    assert ringing().tell(pressed()).after(60).tell(over).engaged == {}


def test_after_a_talk_comes_the_wrap_up_that_the_group_wants() -> None:
    story = ringing(wrap_up_seconds=90).tell(pressed()).after(60).tell(bridged(1))
    assert [(held.kind, held.until) for held in story.engaged.values()] == [
        ("wrap_up", story.now + timedelta(seconds=90))
    ]


@pytest.mark.parametrize("end", [dial_ended(1), caller(CallStatus.CANCELED), stranded()])
def test_whoever_did_not_take_the_call_is_free_at_once(end: Fact) -> None:
    assert ringing().tell(end).engaged == {}


def test_the_external_number_is_nobodys() -> None:
    story = Story().tell(arrived(group(overflow=(ToNumber(PhoneNumber("+61255500009")),))))
    assert story.call.waves
    assert story.engaged == {}


def test_someone_rung_in_two_places_is_kept_once_by_the_stronger_reason() -> None:
    both = Story(world(state(ANA, heartbeat_at=NOON))).tell(arrived(group(ANA)))
    assert [held.kind for held in both.engaged.values()] == ["ringing"]
    assert [held.kind for held in both.tell(pressed()).engaged.values()] == ["talking"]


def test_someone_who_talked_and_is_rung_again_wraps_up_still() -> None:
    first = plan(group(ANA, wrap_up_seconds=600))
    stage = first.stages[0]
    assert isinstance(stage, RingStage)
    twice = Plan(stages=(stage, stage), budget_seconds=180)
    story = Story(world(ANA)).tell(arrived(twice), pressed(), dial_ended(1))
    assert story.rung == [ANA]
    assert [held.kind for held in story.engaged.values()] == ["wrap_up"]

"""Whom a caller's phone call rings, in which order, and why not the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.calls.builders import (
    AFTER_HOURS,
    ANA,
    BEN,
    CAI,
    DEB,
    MAIN,
    NOON,
    arrived,
    at_browser,
    browser,
    dial_ended,
    engaged,
    group,
    phone,
    plan,
    state,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.instructions import TakeVoicemail
from titus_core.calls.model import Plan
from titus_core.hunt_groups.availability import MemberState, Presence, Reason
from titus_core.hunt_groups.model import Endpoint, Member, Strategy, ToGroup, ToVoicemail
from titus_core.kernel.ids import CallId, UserId

EVERYBODY = world(ANA, BEN, CAI, DEB)


def waves(of: Plan, people: Story | None = None) -> list[list[UserId | str]]:
    """Who is rung together, wave after wave, if nobody ever answers."""
    story = (people or Story(EVERYBODY)).tell(arrived(of))
    rung: list[list[UserId | str]] = []
    while story.rung:
        rung.append(story.rung)
        story.after(20).tell(dial_ended(len(rung)))
    return rung


ORDERS = [
    (Strategy.SEQUENTIAL, [[ANA], [BEN], [CAI]]),
    (Strategy.RING_ALL, [[ANA, BEN, CAI]]),
    (Strategy.ROUND_ROBIN, [[CAI], [ANA], [BEN]]),
    (Strategy.LONGEST_IDLE, [[BEN], [CAI], [ANA]]),
    (Strategy.FEWEST_CALLS, [[CAI], [BEN], [ANA]]),
]


@pytest.mark.parametrize(("strategy", "expected"), ORDERS)
def test_each_strategy_rings_in_its_own_order(strategy: Strategy, expected: list[list[UserId]]) -> None:
    ranking = {
        ANA: MemberState(ANA, "", answered=3, idle_since=NOON),
        BEN: MemberState(BEN, "", answered=2, idle_since=None),
        CAI: MemberState(CAI, "", answered=1, idle_since=NOON - timedelta(hours=1)),
    }
    serving = group(ANA, BEN, CAI, strategy=strategy)
    assert waves(plan(serving, members=ranking, first_of_last_run={MAIN: BEN})) == expected


def test_a_random_order_is_the_same_for_the_same_call_and_differs_between_calls() -> None:
    serving = group(ANA, BEN, CAI, DEB, strategy=Strategy.RANDOM)
    orders = {tuple(map(tuple, waves(plan(serving, call_id=CallId(f"CA{n}"))))) for n in range(40)}
    again = {tuple(map(tuple, waves(plan(serving, call_id=CallId(f"CA{n}"))))) for n in range(40)}
    assert orders == again
    assert len(orders) > 5


def test_a_tier_is_rung_only_after_the_tier_before_it() -> None:
    members = (Member(ANA, tier=2), Member(BEN), Member(CAI, tier=2), Member(DEB))
    assert waves(plan(group(*members))) == [[BEN], [DEB], [ANA], [CAI]]
    assert waves(plan(group(*members, strategy=Strategy.RING_ALL))) == [[BEN, DEB], [ANA, CAI]]


def test_a_later_edit_of_the_group_does_not_move_a_hunt() -> None:
    story = Story(EVERYBODY).tell(arrived(group(ANA, BEN)))
    story.tell(arrived(group(CAI, DEB)), dial_ended(2))
    assert story.call.plan == plan(group(ANA, BEN))
    assert {attempt.user_id for wave in story.call.waves for attempt in wave.attempts} == {ANA, BEN}


def test_ring_all_rings_at_most_ten_endpoints_and_the_rest_in_the_next_wave() -> None:
    people = [UserId(number) for number in range(10, 16)]
    both = [state(user_id, heartbeat_at=NOON + timedelta(hours=1)) for user_id in people]
    story = Story(world(*both))
    rung = waves(plan(group(*people, strategy=Strategy.RING_ALL)), story)
    assert rung == [[user_id for user_id in people[:5] for _ in range(2)], [people[5]] * 2]


def test_two_who_share_a_phone_are_rung_one_after_the_other() -> None:
    shared = state(ANA).phone
    rung = waves(
        plan(group(ANA, BEN, CAI, strategy=Strategy.RING_ALL)), Story(world(ANA, state(BEN, phone=shared), CAI))
    )
    assert rung == [[ANA, CAI], [BEN]]


def test_someone_with_a_browser_and_a_phone_is_rung_on_both_at_once() -> None:
    story = Story(world(state(ANA, heartbeat_at=NOON))).tell(arrived(group(ANA)))
    assert [(t.endpoint, t.address, t.screened) for t in story.dial.targets] == [
        (Endpoint.BROWSER, "client:user_1", False),
        (Endpoint.PHONE, "+61491570006", True),
    ]


EXCLUSIONS = [
    ("said nothing", state(ANA, presence=Presence.OFFLINE), Member(ANA), Reason.UNAVAILABLE),
    ("says busy", state(ANA, presence=Presence.BUSY), Member(ANA), Reason.BUSY),
    ("talks", engaged(ANA), Member(ANA), Reason.BUSY),
    ("is rung by another call", engaged(ANA, "ringing"), Member(ANA), Reason.RESERVED),
    ("wraps up", engaged(ANA, "wrap_up"), Member(ANA), Reason.WRAP_UP),
    (
        "wants quiet",
        state(ANA, do_not_disturb_until=NOON + timedelta(minutes=1)),
        Member(ANA),
        Reason.DO_NOT_DISTURB,
    ),
    ("has no phone", state(ANA, phone=None), phone(ANA), Reason.NO_ENDPOINT),
    ("has no browser", at_browser(ANA, heartbeat_at=None), browser(ANA), Reason.NO_HEARTBEAT),
    (
        "lost the browser",
        at_browser(ANA, heartbeat_at=NOON - timedelta(seconds=46)),
        Member(ANA),
        Reason.NO_HEARTBEAT,
    ),
]


@pytest.mark.parametrize(
    ("who", "member", "reason"), [row[1:] for row in EXCLUSIONS], ids=[row[0] for row in EXCLUSIONS]
)
def test_whoever_cannot_be_rung_is_passed_by_with_the_reason(who: MemberState, member: Member, reason: Reason) -> None:
    story = Story(world(who, BEN)).tell(arrived(group(member, BEN)))
    assert story.rung == [BEN]
    assert story.passed_by == {ANA: reason}
    assert story.call.skips[0].name == "Ana Ferris"


def test_someone_who_is_no_longer_a_user_is_passed_by() -> None:
    story = Story(world(BEN)).tell(arrived(group(ANA, BEN)))
    assert story.passed_by == {ANA: Reason.UNAVAILABLE}
    assert story.call.skips[0].name == "user 1"


def test_a_lease_that_ran_out_keeps_nobody() -> None:
    story = Story(world(engaged(ANA, until=NOON))).tell(arrived(group(ANA)))
    assert story.rung == [ANA]


def test_quiet_that_is_over_keeps_nobody() -> None:
    story = Story(world(state(ANA, do_not_disturb_until=NOON))).tell(arrived(group(ANA)))
    assert story.rung == [ANA]


def test_whoever_frees_up_before_their_turn_is_rung() -> None:
    story = Story(world(ANA, engaged(BEN))).tell(arrived(group(ANA, BEN)))
    story.where(world(ANA, BEN)).tell(dial_ended(1))
    assert story.rung == [BEN]


def test_a_closed_group_rings_nobody_and_says_why() -> None:
    directory = world(ANA, BEN, closed={MAIN: Reason.HOLIDAY})
    story = Story(directory).tell(arrived(group(ANA, BEN)))
    assert isinstance(story.reply[-1], TakeVoicemail)
    assert story.passed_by == {ANA: Reason.HOLIDAY, BEN: Reason.HOLIDAY}


def test_hours_are_those_of_each_group_of_the_chain() -> None:
    main = group(ANA, overflow=(ToGroup(AFTER_HOURS), ToVoicemail()))
    directory = world(ANA, BEN, closed={MAIN: Reason.OUTSIDE_HOURS})
    story = Story(directory).tell(arrived(main, group(BEN, id=AFTER_HOURS, name="After hours")))
    assert story.rung == [BEN]
    assert story.call.stage == 1


@pytest.mark.parametrize(("own", "of_group", "heard"), [(None, 25, 25), (12, 25, 12), (None, 120, 120), (None, 10, 10)])
def test_ring_seconds_are_the_members_or_else_the_groups(own: int | None, of_group: int, heard: int) -> None:
    story = Story(EVERYBODY).tell(arrived(group(Member(ANA, ring_seconds=own), ring_seconds=of_group)))
    assert story.dial.ring_seconds == heard


def test_people_rung_together_are_rung_as_long_as_the_most_patient_of_them() -> None:
    members = (Member(ANA, ring_seconds=15), Member(BEN, ring_seconds=40))
    story = Story(EVERYBODY).tell(arrived(group(*members, strategy=Strategy.RING_ALL)))
    assert story.dial.ring_seconds == 40


def test_whoever_served_the_caller_last_is_rung_first_and_alone() -> None:
    serving = group(ANA, BEN, CAI, strategy=Strategy.RING_ALL)
    assert waves(plan(serving, first=BEN)) == [[BEN], [ANA, CAI]]


def test_a_coordinator_who_is_not_in_the_group_is_rung_first_too() -> None:
    assert waves(plan(group(ANA, BEN), first=DEB)) == [[DEB], [ANA], [BEN]]


def test_a_coordinator_who_is_busy_does_not_keep_the_caller() -> None:
    story = Story(world(ANA, engaged(DEB))).tell(arrived(plan(group(ANA), first=DEB)))
    assert story.rung == [ANA]
    assert story.passed_by == {DEB: Reason.BUSY}

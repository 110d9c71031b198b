"""`hunt_groups.ports.Members`: what users say of themselves, their browsers, and the lists of both."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.examples import (
    ALICE,
    BOB,
    CAROL,
    NOW,
    ODD_TEXT,
    ON_CALL,
    a_user,
    an_availability,
    an_engagement,
    later,
)
from tests.contracts.stores import Store, adding, read, write
from titus_core.hunt_groups.availability import MemberState, Presence
from titus_core.hunt_groups.ports import AvailabilityChange, AvailabilityEntry
from titus_core.kernel.ids import UserId

ALICE_USER = a_user(1, name=ODD_TEXT, phone=ON_CALL)
AVAILABLE, BUSY, OFFLINE = Presence.AVAILABLE, Presence.BUSY, Presence.OFFLINE


@pytest.fixture(autouse=True)
async def _people(store: Store) -> None:
    """Alice and Bob are active, Carol is not."""
    await write(store, adding(a_user(3, active=False)), adding(a_user(2)), adding(ALICE_USER))


async def say(store: Store, user_id: UserId, presence: Presence, at: float) -> None:
    await write(store, lambda tx: tx.members.set_availability(an_availability(user_id, presence, at)))


async def test_active_users_are_listed_by_id(store: Store) -> None:
    assert await read(store, lambda tx: tx.members.active()) == (ALICE, BOB)


async def test_a_user_who_never_said_anything_is_offline_since_ever(store: Store) -> None:
    assert await read(store, lambda tx: tx.members.states([ALICE, BOB])) == {
        ALICE: MemberState(ALICE, ODD_TEXT, ON_CALL),
        BOB: MemberState(BOB, "Person 2"),
    }
    assert await read(store, lambda tx: tx.members.availability(ALICE)) is None
    assert await store.reader.availabilities() == ()


async def test_a_state_holds_presence_quiet_time_heartbeat_and_engagement(store: Store) -> None:
    said = replace(an_availability(ALICE, BUSY), do_not_disturb_until=later(3600.000001))
    await write(
        store,
        lambda tx: tx.members.set_availability(said),
        lambda tx: tx.members.heartbeat(ALICE, later(7)),
        lambda tx: tx.engagements.replace((), (an_engagement(ALICE),), NOW),
    )
    expected = MemberState(ALICE, ODD_TEXT, ON_CALL, BUSY, later(3600.000001), later(7), an_engagement(ALICE))
    assert await read(store, lambda tx: tx.members.states([ALICE])) == {ALICE: expected}
    assert await read(store, lambda tx: tx.members.availability(ALICE)) == said


async def test_only_those_are_told_of_who_were_asked_for_and_are_active(store: Store) -> None:
    await write(store, lambda tx: tx.members.heartbeat(CAROL, NOW))
    assert await read(store, lambda tx: tx.members.states([])) == {}
    states = await read(store, lambda tx: tx.members.states([BOB, CAROL, UserId(99), BOB]))
    assert set(states) == {BOB}


async def test_a_heartbeat_comes_before_and_without_any_availability(store: Store) -> None:
    await write(store, lambda tx: tx.members.heartbeat(ALICE, NOW))
    await write(store, lambda tx: tx.members.heartbeat(ALICE, later(30)))
    states = await read(store, lambda tx: tx.members.states([ALICE]))
    assert states[ALICE].heartbeat_at == later(30)
    assert states[ALICE].presence is OFFLINE
    assert await store.reader.availabilities() == ()


async def test_what_was_said_last_counts(store: Store) -> None:
    await say(store, ALICE, BUSY, 0)
    await say(store, ALICE, AVAILABLE, 5)
    assert await read(store, lambda tx: tx.members.availability(ALICE)) == an_availability(ALICE, AVAILABLE, 5)


async def test_availabilities_are_of_active_users_who_said_something_by_id(store: Store) -> None:
    await say(store, CAROL, AVAILABLE, 0)
    await say(store, BOB, BUSY, 1)
    await say(store, ALICE, OFFLINE, 2)
    await write(store, lambda tx: tx.members.heartbeat(BOB, later(3)))
    assert await store.reader.availabilities() == (
        AvailabilityEntry(ALICE, ODD_TEXT, "person1@example.org", OFFLINE, later(2), None, None),
        AvailabilityEntry(BOB, "Person 2", "person2@example.org", BUSY, later(1), None, later(3)),
    )


async def test_the_log_tells_stretches_the_latest_first_each_ended_by_the_users_next(store: Store) -> None:
    await say(store, ALICE, AVAILABLE, 0)
    await say(store, BOB, BUSY, 5)
    await say(store, ALICE, BUSY, 10)
    await say(store, ALICE, OFFLINE, 20)
    log = await store.reader.availability_log(NOW, 10)
    assert log == (
        AvailabilityChange(ALICE, ODD_TEXT, "person1@example.org", OFFLINE, later(20), None),
        AvailabilityChange(ALICE, ODD_TEXT, "person1@example.org", BUSY, later(10), later(20)),
        AvailabilityChange(BOB, "Person 2", "person2@example.org", BUSY, later(5), None),
        AvailabilityChange(ALICE, ODD_TEXT, "person1@example.org", AVAILABLE, NOW, later(10)),
    )
    assert await store.reader.availability_log(NOW, 2) == log[:2]
    assert await store.reader.availability_log(later(5), 10) == log[:3]
    assert await store.reader.availability_log(later(5.000001), 10) == log[:2]


async def test_saying_the_same_again_goes_on_with_the_stretch(store: Store) -> None:
    await say(store, ALICE, AVAILABLE, 0)
    await say(store, ALICE, AVAILABLE, 10)
    quiet = replace(an_availability(ALICE, AVAILABLE, 15), do_not_disturb_until=later(600))
    await write(store, lambda tx: tx.members.set_availability(quiet))
    await say(store, ALICE, BUSY, 20)
    log = await store.reader.availability_log(NOW, 10)
    assert [(one.presence, one.started_at, one.ended_at) for one in log] == [
        (BUSY, later(20), None),
        (AVAILABLE, NOW, later(20)),
    ]


async def test_of_two_stretches_that_began_at_once_the_one_told_later_comes_first(store: Store) -> None:
    await say(store, ALICE, AVAILABLE, 0)
    await say(store, BOB, AVAILABLE, 0)
    await say(store, ALICE, BUSY, 0)
    log = await store.reader.availability_log(NOW, 10)
    assert [(one.user_id, one.presence) for one in log] == [(ALICE, BUSY), (BOB, AVAILABLE), (ALICE, AVAILABLE)]
    assert log[2].ended_at == NOW


async def test_the_log_keeps_the_stretches_of_users_who_left(store: Store) -> None:
    await say(store, ALICE, AVAILABLE, 0)
    await write(store, adding(replace(ALICE_USER, version=1, active=False, name="Alice")))
    assert [one.name for one in await store.reader.availability_log(NOW, 10)] == ["Alice"]
    assert await store.reader.availabilities() == ()
    assert await read(store, lambda tx: tx.members.active()) == (BOB,)
    assert await read(store, lambda tx: tx.members.states([ALICE])) == {}

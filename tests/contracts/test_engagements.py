"""`calls.ports.Engagements`: two calls never hold one person, and nobody is held for ever."""

from __future__ import annotations

import asyncio
from typing import Literal, TypeAlias

import pytest
from msgspec.structs import replace

from tests.contracts.examples import (
    ALICE,
    BOB,
    CAROL,
    NOW,
    a_call,
    a_user,
    an_engagement,
    call_id,
    envelope,
    later,
    some_events,
)
from tests.contracts.stores import Store, Tx, adding, read, write
from titus_core.calls.events import CallReported
from titus_core.hunt_groups.availability import Engagement
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import UserId

Kind: TypeAlias = Literal["ringing", "leaving", "talking", "wrap_up"]


@pytest.fixture(autouse=True)
async def _people(store: Store) -> None:
    await write(store, *(adding(a_user(n)) for n in (ALICE, BOB, CAROL)))


async def held(store: Store, *user_ids: UserId) -> list[Engagement | None]:
    states = await read(store, lambda tx: tx.members.states(user_ids))
    return [states[user_id].engagement for user_id in user_ids]


async def test_a_held_person_is_seen_with_call_kind_and_lease(store: Store) -> None:
    both = (an_engagement(ALICE), replace(an_engagement(BOB), kind="talking", until=later(0.000001)))
    await write(store, lambda tx: tx.engagements.replace((), both, NOW))
    assert await held(store, ALICE, BOB, CAROL) == [*both, None]


@pytest.mark.parametrize("kind", ["ringing", "leaving", "talking", "wrap_up"])
async def test_ringing_a_person_whom_another_call_holds_is_a_conflict(store: Store, kind: Kind) -> None:
    first = replace(an_engagement(ALICE, call=1), kind=kind)
    await write(store, lambda tx: tx.engagements.replace((), (first,), NOW))
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.engagements.replace((), (an_engagement(BOB, 2), an_engagement(ALICE, 2)), NOW))
    assert await held(store, ALICE, BOB) == [first, None]


@pytest.mark.parametrize(
    ("holds", "comes", "stays"),
    [
        ("ringing", "talking", False),
        ("wrap_up", "talking", False),
        ("talking", "talking", True),
        ("ringing", "wrap_up", True),
        ("wrap_up", "wrap_up", True),
        ("talking", "wrap_up", True),
        ("leaving", "talking", False),
        ("leaving", "wrap_up", True),
        ("ringing", "leaving", True),
        ("talking", "leaving", True),
    ],
)
async def test_a_fact_is_stored_whoever_holds_the_person_and_a_talk_weighs_more_than_a_ring(
    store: Store, holds: Kind, comes: Kind, stays: bool
) -> None:
    first = replace(an_engagement(ALICE, 1), kind=holds)
    second = replace(an_engagement(ALICE, 2), kind=comes)
    await write(store, lambda tx: tx.engagements.replace((), (first,), NOW))
    await write(store, lambda tx: tx.engagements.replace((), (second, an_engagement(BOB, 2)), NOW))
    assert await held(store, ALICE, BOB) == [first if stays else second, an_engagement(BOB, 2)]


@pytest.mark.parametrize("comes", ["ringing", "leaving", "talking", "wrap_up"])
async def test_when_the_lease_ran_out_the_person_goes_to_whatever_comes(store: Store, comes: Kind) -> None:
    first = replace(an_engagement(ALICE, 1, 50), kind="talking")
    second = replace(an_engagement(ALICE, 2, 100), kind=comes)
    await write(store, lambda tx: tx.engagements.replace((), (first,), NOW))
    await write(store, lambda tx: tx.engagements.replace((), (second,), later(50)))
    assert await held(store, ALICE) == [second]


async def test_a_lease_that_ran_out_frees_the_person(store: Store) -> None:
    await write(store, lambda tx: tx.engagements.replace((), (an_engagement(ALICE, 1, 50),), NOW))
    second = an_engagement(ALICE, 2, 100)
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.engagements.replace((), (second,), later(49.999999)))
    await write(store, lambda tx: tx.engagements.replace((), (second,), later(50)))
    assert await held(store, ALICE) == [second]


async def test_a_call_changes_what_it_holds_itself(store: Store) -> None:
    ringing, bob = an_engagement(ALICE), an_engagement(BOB)
    talking = replace(ringing, kind="talking", until=later(900))
    wrapping = replace(ringing, kind="wrap_up", until=later(60))
    await write(store, lambda tx: tx.engagements.replace((), (ringing, bob), NOW))
    await write(store, lambda tx: tx.engagements.replace((ringing, bob), (talking,), later(5)))
    assert await held(store, ALICE, BOB) == [talking, None]
    await write(store, lambda tx: tx.engagements.replace((talking,), (wrapping,), later(30)))
    assert await held(store, ALICE) == [wrapping]
    await write(store, lambda tx: tx.engagements.replace((wrapping,), (), later(60)))
    assert await held(store, ALICE) == [None]


async def test_a_call_holds_a_person_whom_it_holds_already(store: Store) -> None:
    await write(store, lambda tx: tx.engagements.replace((), (an_engagement(ALICE, 1, 50),), NOW))
    again = an_engagement(ALICE, 1, 80)
    await write(store, lambda tx: tx.engagements.replace((), (again,), later(1)))
    assert await held(store, ALICE) == [again]


async def test_releasing_a_person_whom_another_call_holds_by_now_does_nothing(store: Store) -> None:
    first, second = an_engagement(ALICE, 1, 50), an_engagement(ALICE, 2, 100)
    await write(store, lambda tx: tx.engagements.replace((), (first,), NOW))
    await write(store, lambda tx: tx.engagements.replace((), (second,), later(50)))
    await write(store, lambda tx: tx.engagements.replace((first,), (), later(51)))
    assert await held(store, ALICE) == [second]
    await write(store, lambda tx: tx.engagements.replace((an_engagement(CAROL),), (), NOW))
    assert await held(store, CAROL) == [None]


async def test_rows_equal_before_and_after_stay_untouched_even_if_another_call_has_them(store: Store) -> None:
    first, second = an_engagement(ALICE, 1, 50), an_engagement(ALICE, 2, 100)
    await write(store, lambda tx: tx.engagements.replace((), (second,), later(50)))
    await write(store, lambda tx: tx.engagements.replace((first,), (first, an_engagement(BOB)), later(51)))
    assert await held(store, ALICE, BOB) == [second, an_engagement(BOB)]


async def test_of_many_calls_that_want_one_person_exactly_one_wins_and_the_others_see_it(store: Store) -> None:
    async def ring(tx: Tx, n: int) -> bool:
        states = await tx.members.states([ALICE])
        free = states[ALICE].engagement is None
        tx.calls.save(a_call(n))
        tx.record(envelope(some_events()[1], subject=f"call:{call_id(n)}"))
        if free:
            tx.engagements.replace((), (an_engagement(ALICE, n),), NOW)
        return free

    won = await asyncio.gather(*(store.transact(ring, n) for n in range(1, 21)))
    assert won.count(True) == 1
    (engagement,) = await held(store, ALICE)
    assert engagement is not None
    assert engagement.call_id == call_id(won.index(True) + 1)
    assert len(await store.reader.live()) == 20, "every caller was served"


async def test_calls_that_want_the_same_people_in_another_order_all_get_an_answer(store: Store) -> None:
    async def ring_all(tx: Tx, n: int) -> int:
        wanted = (ALICE, BOB, CAROL) if n % 2 else (CAROL, BOB, ALICE)
        states = await tx.members.states(wanted)
        free = [user_id for user_id in wanted if states[user_id].engagement is None]
        tx.engagements.replace((), [an_engagement(user_id, n) for user_id in free], NOW)
        tx.record(envelope(CallReported(call_id=call_id(n), status=a_call().status)))
        return len(free)

    rung = await asyncio.gather(*(store.transact(ring_all, n) for n in range(1, 21)))
    assert sum(rung) == 3
    assert None not in await held(store, ALICE, BOB, CAROL)

"""Many callers at once: everything is applied exactly once, and nobody's cancelling undoes a commit."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from msgspec.structs import replace

from tests.contracts.examples import NOW, a_call, a_group, a_user, call_id, envelope, some_events
from tests.contracts.stores import Store, Tx, eventually, saving, write
from titus_core.kernel.ids import GroupId

WRITERS = 20


async def test_parallel_changes_of_one_call_are_each_applied_exactly_once(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()))
    seen = await asyncio.gather(*(store.transact(count_up, n) for n in range(WRITERS)))
    call = await store.reader.call(call_id())
    assert call is not None
    assert call.strandings == WRITERS
    assert call.version == WRITERS + 1
    assert sorted(seen) == list(range(WRITERS)), "each saw what the one before it had stored"
    assert len(await store.reader.events(call_id())) == WRITERS


async def test_parallel_changes_of_different_calls_do_not_disturb_one_another(store: Store) -> None:
    await asyncio.gather(*(write(store, saving(a_call(n))) for n in range(1, 41)))
    assert len(await store.reader.live()) == 40


async def test_one_of_many_who_find_a_call_unknown_creates_it_and_the_others_see_it(store: Store) -> None:
    async def arrive(tx: Tx, _: int) -> bool:
        if await tx.calls.get(call_id()) is not None:
            return False
        tx.calls.save(a_call())
        tx.record(envelope(some_events()[0]))
        return True

    created = await asyncio.gather(*(store.transact(arrive, n) for n in range(WRITERS)))
    assert created.count(True) == 1
    assert len(await store.reader.events(call_id())) == 1


async def test_parallel_new_groups_and_users_get_different_ids(store: Store) -> None:
    async def add(tx: Tx, n: int) -> int:
        group_id, user_id = await tx.hunt_groups.next_id(), await tx.users.next_id()
        tx.hunt_groups.save(a_group(group_id))
        tx.users.save(a_user(user_id, email=f"new{n}@example.org"))
        return group_id

    ids = await asyncio.gather(*(store.transact(add, n) for n in range(8)))
    assert sorted(ids) == [GroupId(n) for n in range(1, 9)]
    assert {user.email for user in await store.reader.users()} == {f"new{n}@example.org" for n in range(8)}


async def test_an_error_of_one_unit_of_work_does_not_touch_those_beside_it(store: Store) -> None:
    async def fail_if_odd(tx: Tx, n: int) -> None:
        tx.calls.save(a_call(n))
        if n % 2:
            raise ValueError(n)

    ends = await asyncio.gather(*(store.transact(fail_if_odd, n) for n in range(1, 21)), return_exceptions=True)
    assert [isinstance(end, ValueError) for end in ends] == [bool(n % 2) for n in range(1, 21)]
    assert set(await store.reader.live()) == {call_id(n) for n in range(2, 21, 2)}


async def test_a_commit_that_began_stands_although_its_caller_is_cancelled(store: Store) -> None:
    finished: list[bool] = []

    async def work(tx: Tx, _: None) -> None:
        tx.calls.save(a_call())
        tx.record(envelope(some_events()[0]))
        finished.append(True)

    async def work_is_over() -> bool:
        return bool(finished)

    async def it_is_stored() -> bool:
        return await store.reader.call(call_id()) is not None

    caller = asyncio.create_task(store.transact(work, None))
    await eventually(work_is_over)
    caller.cancel()
    with suppress(asyncio.CancelledError):
        await caller
    await eventually(it_is_stored)
    assert len(await store.reader.events(call_id())) == 1


async def test_callers_cancelled_at_any_moment_leave_whole_commits_or_nothing(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()))
    for turns in range(WRITERS):
        caller = asyncio.create_task(store.transact(count_up, turns))
        for _ in range(turns):
            await asyncio.sleep(0)
        caller.cancel()
        with suppress(asyncio.CancelledError):
            await caller
    await store.transact(count_up, -1)

    async def all_is_told() -> bool:
        call = await store.reader.call(call_id())
        return call is not None and len(await store.reader.events(call_id())) == call.strandings

    await eventually(all_is_told)


async def count_up(tx: Tx, n: int) -> int:
    call = await tx.calls.get(call_id())
    assert call is not None
    tx.calls.save(replace(call, strandings=call.strandings + 1, news_at=NOW))
    tx.record(envelope(some_events()[1]))
    return call.strandings

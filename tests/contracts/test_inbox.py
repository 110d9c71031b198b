"""`calls.ports.Inbox`: every webhook as it came, once, with its answer; what was not understood waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.contracts.examples import NOW, a_delivery, a_reply, call_id, later
from tests.contracts.stores import Store, Tx, Write, read, write
from titus_core.calls.instructions import Reply
from titus_core.calls.ports import Delivery, Kept
from titus_core.kernel.errors import Conflict

BASE = "https://titus.example/a b?ü"


async def keep(store: Store, delivery: Delivery, reply: Reply | None = None, *, reduced: bool = True) -> None:
    await write(store, lambda tx: tx.inbox.keep(delivery, reply, BASE, reduced=reduced))


def finding(token: str | None) -> Callable[[Tx], Awaitable[Kept | None]]:
    return lambda tx: tx.inbox.find("inbound", "key", token)


def failing(waiting_id: int, at: datetime) -> Write:
    return lambda tx: tx.inbox.settle(waiting_id, reduced=False, at=at)


@pytest.mark.parametrize("reply", [None, Reply(call_id()), a_reply()], ids=["silent", "empty", "rich"])
async def test_a_kept_delivery_is_found_by_route_and_key_with_its_answer(store: Store, reply: Reply | None) -> None:
    await keep(store, a_delivery("key", "token"), reply)
    for token in ("token", "another", None):
        assert await read(store, finding(token)) == Kept("key", reply, BASE)


async def test_a_delivery_that_was_not_kept_is_not_found(store: Store) -> None:
    await keep(store, a_delivery("key", "token"))
    assert await read(store, lambda tx: tx.inbox.find("status", "key", "token")) is None
    assert await read(store, lambda tx: tx.inbox.find("inbound", "other", None)) is None


async def test_a_token_that_came_with_another_key_names_another_fact(store: Store) -> None:
    await keep(store, a_delivery("key", "token"))
    assert await read(store, lambda tx: tx.inbox.find("inbound", "other", "token")) is None


async def test_a_key_that_the_route_has_already_is_a_conflict(store: Store) -> None:
    await keep(store, a_delivery("key"), a_reply())
    with pytest.raises(Conflict):
        await keep(store, a_delivery("key"))
    await keep(store, a_delivery("key", route="status"))
    assert await read(store, lambda tx: tx.inbox.find("inbound", "key", None)) == Kept("key", a_reply(), BASE)


async def test_a_token_that_the_route_has_already_is_left_out_and_the_delivery_kept(store: Store) -> None:
    first, second = a_delivery("first", "token"), a_delivery("second", "token")
    elsewhere = a_delivery("first", "token", route="status")
    for delivery in (first, second, elsewhere):
        await keep(store, delivery, reduced=False)
    kept = [waiting.delivery for waiting in await store.reader.waiting(NOW, 10)]
    assert kept == [first, replace(second, token=None), elsewhere]


async def test_one_token_twice_in_one_commit_is_kept_once(store: Store) -> None:
    await write(
        store,
        lambda tx: tx.inbox.keep(a_delivery("first", "token"), None, BASE, reduced=False),
        lambda tx: tx.inbox.keep(a_delivery("second", "token"), None, BASE, reduced=False),
    )
    assert [one.delivery.token for one in await store.reader.waiting(NOW, 10)] == ["token", None]


async def test_of_many_repetitions_at_once_one_is_kept_and_all_get_its_answer(store: Store) -> None:
    async def answer(tx: Tx, n: int) -> Kept:
        before = await tx.inbox.find("inbound", "key", f"token {n}")
        if before is not None:
            return before
        kept = Kept("key", a_reply(), f"{BASE}/{n}")
        tx.inbox.keep(a_delivery("key", f"token {n}"), kept.reply, kept.base_url)
        return kept

    answers = await asyncio.gather(*(store.transact(answer, n) for n in range(20)))
    assert len({answer.base_url for answer in answers}) == 1


async def test_of_many_deliveries_with_one_token_at_once_all_are_kept(store: Store) -> None:
    deliveries = [a_delivery(f"key {n}", "token") for n in range(10)]
    await asyncio.gather(*(keep(store, delivery, reduced=False) for delivery in deliveries))
    waiting = await store.reader.waiting(NOW, 100)
    assert {one.delivery.key for one in waiting} == {delivery.key for delivery in deliveries}
    assert sorted(one.delivery.token or "" for one in waiting) == [""] * 9 + ["token"]


async def test_what_was_understood_does_not_wait(store: Store) -> None:
    await keep(store, a_delivery("understood"))
    assert await store.reader.waiting(later(10_000), 10) == ()


async def test_what_was_not_understood_waits_as_it_came_the_oldest_first(store: Store) -> None:
    for n in range(3):
        await keep(store, a_delivery(f"key {n}", f"token {n}"), a_reply(), reduced=False)
    waiting = await store.reader.waiting(NOW, 10)
    assert [one.delivery for one in waiting] == [a_delivery(f"key {n}", f"token {n}") for n in range(3)]
    assert [one.tries for one in waiting] == [0, 0, 0]
    assert await store.reader.waiting(NOW, 2) == waiting[:2]
    assert await read(store, lambda tx: tx.inbox.find("inbound", "key 0", None)) == Kept("key 0", a_reply(), BASE)


async def test_each_failed_try_doubles_the_pause_up_to_an_hour(store: Store) -> None:
    await keep(store, a_delivery(), reduced=False)
    (waiting,) = await store.reader.waiting(NOW, 10)
    at = NOW
    for tries in range(1, 16):
        await write(store, failing(waiting.id, at))
        pause = min(2**tries, 3600)
        assert await store.reader.waiting(at + (later(pause - 0.000001) - NOW), 10) == ()
        at += later(pause) - NOW
        assert await store.reader.waiting(at, 10) == (replace(waiting, tries=tries),)


async def test_what_is_settled_waits_no_more_and_keeps_its_answer(store: Store) -> None:
    await keep(store, a_delivery("key"), a_reply(), reduced=False)
    (waiting,) = await store.reader.waiting(NOW, 10)
    await write(store, lambda tx: tx.inbox.settle(waiting.id, reduced=False, at=NOW))
    await write(store, lambda tx: tx.inbox.settle(waiting.id, reduced=True, at=later(2)))
    assert await store.reader.waiting(later(100_000), 10) == ()
    assert await read(store, lambda tx: tx.inbox.find("inbound", "key", None)) == Kept("key", a_reply(), BASE)


async def test_a_late_failure_does_not_wake_what_another_process_has_settled(store: Store) -> None:
    await keep(store, a_delivery("key"), reduced=False)
    (waiting,) = await store.reader.waiting(NOW, 10)
    await write(store, lambda tx: tx.inbox.settle(waiting.id, reduced=True, at=NOW))
    await write(store, lambda tx: tx.inbox.settle(waiting.id, reduced=False, at=later(1)))
    assert await store.reader.waiting(later(100_000), 10) == ()


async def test_settling_what_does_not_exist_does_nothing(store: Store) -> None:
    await write(store, lambda tx: tx.inbox.settle(4711, reduced=False, at=NOW))
    assert await store.reader.waiting(later(100_000), 10) == ()

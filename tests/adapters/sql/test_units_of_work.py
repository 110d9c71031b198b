"""What a unit of work may not do, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from tests.adapters.sql.units import NOW, a_call, a_session, a_user, save_call, save_user
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.tx import SqlTx
from titus_adapters.sqlite.store import SqliteStore
from titus_core.accounts.events import SignedIn
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.errors import Conflict, ForeignAwait, Misuse, ReadAfterWrite
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId, UserId

Store = SqliteStore | PostgresStore


async def _sleep(tx: SqlTx) -> None:
    await asyncio.sleep(60)


async def _give_way(tx: SqlTx) -> None:
    await asyncio.sleep(0)


async def _wait_for_an_event(tx: SqlTx) -> None:
    await asyncio.Event().wait()


async def _set_a_deadline(tx: SqlTx) -> None:
    async with asyncio.timeout(1):
        await asyncio.sleep(0)


async def _start_tasks(tx: SqlTx) -> None:
    await asyncio.gather(asyncio.sleep(60), asyncio.sleep(60))


async def _hide_the_refusal(tx: SqlTx) -> None:
    try:
        await asyncio.sleep(0)
    finally:
        tx.calls.save(a_call("hidden"))


@pytest.mark.parametrize(
    "wait", [_sleep, _give_way, _wait_for_an_event, _set_a_deadline, _start_tasks, _hide_the_refusal]
)
async def test_awaiting_anything_else_is_refused_and_stores_nothing(
    store: Store, wait: Callable[[SqlTx], Awaitable[None]]
) -> None:
    async def work(tx: SqlTx, command: None) -> None:
        assert await tx.calls.get(CallId("CA1")) is None
        tx.calls.save(a_call())
        await wait(tx)

    with pytest.raises(ForeignAwait, match="only its tx"):
        await store.transact(work, None)
    assert await store.reader.call(CallId("CA1")) is None
    assert await store.reader.call(CallId("hidden")) is None
    await store.transact(save_call, "CA2")


async def test_the_refusal_names_the_place(store: Store) -> None:
    async def work(tx: SqlTx, command: None) -> None:
        await _give_way(tx)

    with pytest.raises(ForeignAwait, match=r"waited for NoneType at .*:\d+"):
        await store.transact(work, None)


async def test_reading_after_writing_is_refused(store: Store) -> None:
    async def work(tx: SqlTx, command: None) -> None:
        tx.calls.save(a_call())
        await tx.users.get(UserId(1))

    with pytest.raises(ReadAfterWrite):
        await store.transact(work, None)


async def test_reading_after_recording_is_refused(store: Store) -> None:
    async def work(tx: SqlTx, command: None) -> None:
        tx.record(Envelope("user:1", NOW, SYSTEM, SignedIn(user_id=UserId(1))))
        await tx.users.get(UserId(1))

    with pytest.raises(ReadAfterWrite):
        await store.transact(work, None)


async def test_a_tx_is_of_no_use_afterwards(store: Store) -> None:
    async def keep(tx: SqlTx, command: None) -> SqlTx:
        return tx

    kept = await store.transact(keep, None)
    with pytest.raises(Misuse):
        kept.calls.save(a_call())
    with pytest.raises(Misuse):
        await kept.calls.get(CallId("CA1"))


async def test_writes_to_one_row_happen_in_the_order_in_which_they_were_made(store: Store) -> None:
    async def sign_in_again(tx: SqlTx, command: None) -> None:
        tx.sessions.save(a_session("old"))
        tx.sessions.delete_of(UserId(1))
        tx.sessions.save(a_session("new"))

    await store.transact(save_user, 1)
    await store.transact(sign_in_again, None)
    assert await store.reader.session("old") is None
    assert await store.reader.session("new") == (a_session("new"), (await store.reader.users())[0])


async def test_many_events_keep_their_order(store: Store) -> None:
    async def record(tx: SqlTx, command: None) -> None:
        for number in range(50):
            tx.record(Envelope("call:CA1", NOW, SYSTEM, SignedIn(user_id=UserId(number))))

    await store.transact(record, None)
    told = [bytes(event.data) for event in await store.reader.events(CallId("CA1"))]
    assert told == [b'{"kind":"session.started","user_id":%d}' % number for number in range(50)]


async def test_a_taken_address_ends_in_a_conflict_and_not_in_the_drivers_error(store: Store) -> None:
    async def take(tx: SqlTx, command: None) -> None:
        tx.users.save(msgspec.structs.replace(a_user(2), email=a_user(1).email, version=1))

    await store.transact(save_user, 1)
    await store.transact(save_user, 2)
    with pytest.raises(Conflict):
        await store.transact(take, None)


async def test_a_stretch_of_availability_lasts_until_the_presence_changes(store: Store) -> None:
    async def say(tx: SqlTx, availability: Availability) -> None:
        tx.members.set_availability(availability)

    await store.transact(save_user, 1)
    await store.transact(say, Availability(UserId(1), Presence.AVAILABLE, NOW))
    await store.transact(say, Availability(UserId(1), Presence.AVAILABLE, NOW.replace(hour=10), NOW))
    await store.transact(say, Availability(UserId(1), Presence.BUSY, NOW.replace(hour=11)))
    log = await store.reader.availability_log(NOW, 10)
    assert [(stretch.presence, stretch.started_at.hour, stretch.ended_at) for stretch in log] == [
        (Presence.BUSY, 11, None),
        (Presence.AVAILABLE, 9, NOW.replace(hour=11)),
    ]

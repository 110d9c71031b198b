"""`kernel.promises`: each that a store declares is kept; each that it does not is documented here, and harmless.

`atomic`, `optimistic_locking`, `read_your_writes` and `unique_keys` are the subject of every other file of this suite.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from msgspec.structs import replace

from tests.contracts.examples import ALICE, a_call, a_rich_call, a_user, call_id
from tests.contracts.stores import Backend, Store, Tx, adding, read, saving, write
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.promises import LIVE_STATE


async def test_every_store_can_hold_calls_users_sessions_and_events(store: Store) -> None:
    assert store.promises.lacks(LIVE_STATE) == ()


async def test_an_open_store_answers_a_ping(store: Store) -> None:
    await store.ping()


async def test_a_closed_store_is_unavailable(backend: Backend) -> None:
    store = backend.store()
    await store.open()
    await store.close()
    with pytest.raises(Unavailable):
        await store.ping()
    with pytest.raises(Unavailable):
        await write(store, adding(a_user()))


async def test_what_was_acknowledged_is_there_after_a_restart_if_the_store_is_durable(backend: Backend) -> None:
    first = backend.store()
    await first.open()
    await write(first, saving(a_rich_call()), adding(a_user()))
    await first.close()
    second = backend.store()
    await second.open()
    found = await second.reader.call(call_id()), await second.reader.user(ALICE)
    await second.close()
    kept = replace(a_rich_call(), version=1), a_user(version=1)
    # PostgreSQL without fsync promises nothing, but forgets only when the machine dies.
    assert found == kept if first.promises.durable else found in (kept, (None, None))


async def test_a_second_process_works_beside_the_first_or_is_kept_apart(store: Store, backend: Backend) -> None:
    await write(store, saving(a_call()))
    second = backend.store()
    if not store.promises.many_processes:
        with suppress(Unavailable):
            await second.open()
        assert await seen(second) is None
        await second.close()
        await store.ping()
        return
    await second.open()
    assert await seen(second) == a_call(version=1)
    await asyncio.gather(*((store, second)[n % 2].transact(count_up, None) for n in range(20)))
    await second.close()
    assert await store.reader.call(call_id()) == a_call(version=21, strandings=20)


async def seen(store: Store) -> object:
    """None also if the store was refused."""
    with suppress(Unavailable):
        return await read(store, lambda tx: tx.calls.get(call_id()))
    return None


async def count_up(tx: Tx, _: None) -> None:
    call = await tx.calls.get(call_id())
    assert call is not None
    tx.calls.save(replace(call, strandings=call.strandings + 1))

"""The memory store's crash points: what a store that dies around a commit looks like to its callers."""

from __future__ import annotations

import pytest

from tests.contracts.examples import a_call, call_id
from tests.contracts.stores import saving, write
from titus_adapters.memory.store import MemoryStore
from titus_core.kernel.errors import Unavailable


async def test_a_fault_before_the_commit_stores_nothing_and_is_told() -> None:
    store = MemoryStore()
    store.faults.before_commit(times=2)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await write(store, saving(a_call()))
    assert await store.reader.call(call_id()) is None
    await write(store, saving(a_call()))
    assert await store.reader.call(call_id()) == a_call(version=1)


async def test_a_fault_after_the_commit_stores_it_although_the_caller_is_not_told() -> None:
    store = MemoryStore()
    store.faults.after_commit()
    with pytest.raises(Unavailable):
        await write(store, saving(a_call()))
    assert await store.reader.call(call_id()) == a_call(version=1)


async def test_closing_and_opening_again_is_a_restart_that_lost_nothing() -> None:
    store = MemoryStore()
    await write(store, saving(a_call()))
    await store.close()
    with pytest.raises(Unavailable):
        await write(store, saving(a_call(2)))
    await store.open()
    assert await store.reader.live() == (call_id(),)


def test_it_needs_no_event_loop() -> None:
    store = MemoryStore()
    with pytest.raises(StopIteration):
        write(store, saving(a_call())).send(None)
    with pytest.raises(StopIteration) as done:
        store.reader.live().send(None)
    assert done.value.value == (call_id(),)

"""`kernel.unit_of_work.Tap`: whoever counts hears of what is stored, once, and of nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.contracts.examples import a_call, call_id, envelope, some_events
from tests.contracts.stores import Store, Tx, write
from titus_core.kernel.errors import Conflict
from titus_core.kernel.events import Envelope

WRITERS = 8


class Heard:
    """What was told, in order."""

    def __init__(self) -> None:
        self.units: list[tuple[Envelope, ...]] = []
        self.conflicts = 0

    def stored(self, events: Sequence[Envelope]) -> None:
        self.units.append(tuple(events))

    def conflicted(self) -> None:
        self.conflicts += 1


@pytest.fixture
def heard(store: Store) -> Heard:
    store.tap = heard = Heard()
    return heard


async def test_the_events_of_a_commit_are_told_in_their_order(store: Store, heard: Heard) -> None:
    events = tuple(envelope(event) for event in some_events())
    await write(store, lambda tx: tx.record(*events[:1]), lambda tx: tx.record(*events[1:]))
    assert heard.units == [events]


async def test_a_unit_of_work_that_only_reads_is_told_too(store: Store, heard: Heard) -> None:
    await write(store)
    assert heard.units == [()]


async def test_what_came_to_nothing_is_not_told(store: Store, heard: Heard) -> None:
    async def fail(tx: Tx, _: None) -> None:
        tx.record(envelope(some_events()[0]))
        raise LookupError

    with pytest.raises(LookupError):
        await store.transact(fail, None)
    assert heard.units == []


async def test_what_a_conflict_threw_away_is_not_told_but_the_conflict_is(store: Store, heard: Heard) -> None:
    stale = replace(a_call(), version=7)
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.calls.save(stale), lambda tx: tx.record(envelope(some_events()[0])))
    assert heard.units == []
    assert heard.conflicts > 0


async def test_of_many_who_change_one_call_each_is_told_once(store: Store, heard: Heard) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()))

    async def count_up(tx: Tx, _: int) -> None:
        call = await tx.calls.get(call_id())
        assert call is not None
        tx.calls.save(replace(call, strandings=call.strandings + 1))
        tx.record(envelope(some_events()[0]))

    await asyncio.gather(*(store.transact(count_up, n) for n in range(WRITERS)))
    assert [len(unit) for unit in heard.units] == [0, *[1] * WRITERS]

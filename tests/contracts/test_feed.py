"""`calls.ports.Feed`: the stored events in one order, to be read from any place on."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from tests.contracts.examples import a_call, call_id, envelope, later, some_events
from tests.contracts.stores import Backend, Store, read, write
from titus_core.calls.ports import Fed, Mark
from titus_core.kernel.events import Envelope
from titus_core.kernel.unit_of_work import Records


def events(*numbers: int, subject: str | None = None) -> tuple[Envelope, ...]:
    """One a number, told apart by their time."""
    return tuple(envelope(some_events()[1], subject, later(number)) for number in numbers)


async def record(store: Store, *envelopes: Envelope) -> None:
    await write(store, lambda tx: tx.record(*envelopes))


async def behind(store: Store, mark: Mark, limit: int = 100) -> list[Fed]:
    return list(await store.feed.after(mark, limit))


async def quiet(store: Store) -> None:
    """A hint may come for nothing (a store that has just begun to listen gives one). Return when none does."""
    async with asyncio.timeout(10):
        while True:
            began = time.monotonic()
            await store.feed.wait(0.2)
            if time.monotonic() - began >= 0.2:
                return


async def all_of_it(store: Store, limit: int) -> list[Fed]:
    found: list[Fed] = []
    mark = Mark()
    while some := await store.feed.after(mark, limit):
        assert len(some) <= limit
        found += some
        mark = some[-1].mark
    return found


async def test_an_empty_feed_begins_at_the_beginning(store: Store) -> None:
    assert await store.feed.newest() == Mark()
    assert await behind(store, Mark()) == []


async def test_events_come_as_they_were_recorded_whatever_they_are_about(store: Store) -> None:
    await record(store, *events(1, 2))
    await record(store, *events(3, subject="user:1"))
    await record(store, *events(0))
    fed = await behind(store, Mark())
    assert [one.event.at for one in fed] == [later(number) for number in (1, 2, 3, 0)]
    assert [one.event.subject for one in fed] == [f"call:{call_id()}"] * 2 + ["user:1", f"call:{call_id()}"]
    assert [one.event for one in fed if one.event.subject != "user:1"] == list(await store.reader.events(call_id()))


async def test_marks_grow_and_are_never_the_same(store: Store) -> None:
    for number in range(5):
        await record(store, *events(number, number))
    marks = [one.mark for one in await behind(store, Mark())]
    assert marks == sorted(set(marks))
    assert all(mark.skip == 0 for mark in marks)
    assert await store.feed.newest() == marks[-1]


async def test_whoever_goes_on_behind_any_mark_misses_nothing_and_sees_nothing_twice(store: Store) -> None:
    for number in range(4):
        await record(store, *events(*range(number * 10, number * 10 + 20)))
    fed = await behind(store, Mark())
    assert len(fed) == 80
    for count in (1, 19, 20, 21, 79, 80):
        assert await behind(store, fed[count - 1].mark) == fed[count:]
    for limit in (1, 7, 80):
        assert await all_of_it(store, limit) == fed


async def test_the_mark_before_an_event_is_one_position_less(store: Store) -> None:
    """What lets a reader go on in the middle of what one event tells."""
    await record(store, *events(1))
    await record(store, *events(2, 3))
    for fed in await behind(store, Mark()):
        before = Mark(fed.mark.txid, fed.mark.position - 1, 1)
        assert (await behind(store, before, 1)) == [fed]


async def test_what_a_unit_of_work_did_not_commit_is_not_there(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()), lambda tx: tx.record(*events(1)))

    async def fails(tx: Records, _: None) -> None:
        tx.record(*events(2))
        raise ZeroDivisionError

    for _ in range(3):
        with suppress(ZeroDivisionError):
            await store.transact(fails, None)
    await record(store, *events(3))
    assert [one.event.at for one in await behind(store, Mark())] == [later(1), later(3)]


async def test_readers_beside_many_writers_miss_nothing(store: Store) -> None:
    """Each unit of work reads first, so that they overlap where the store lets them."""

    async def writing(number: int) -> None:
        async def work(tx: Records, _: None) -> None:
            tx.record(*events(number, subject=f"call:{call_id(number)}"))

        await read(store, lambda tx: tx.calls.get(call_id(number)))
        await store.transact(work, None)

    async def reading() -> list[Fed]:
        found: list[Fed] = []
        mark = Mark()
        while len(found) < 60:
            some = await store.feed.after(mark, 7)
            found += some
            mark = some[-1].mark if some else mark
            await asyncio.sleep(0)
        return found

    async with asyncio.timeout(30):
        *_, first, second = await asyncio.gather(*map(writing, range(60)), reading(), reading())
    assert first == second
    assert first is not None
    assert {one.event.at for one in first} == {later(number) for number in range(60)}


async def test_waiting_ends_when_something_is_recorded(store: Store) -> None:
    await quiet(store)
    waiting = asyncio.create_task(store.feed.wait(30))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await record(store, *events(1))
    async with asyncio.timeout(10):
        await waiting
    assert len(await behind(store, Mark())) == 1


async def test_what_comes_between_two_waits_ends_the_second_at_once(store: Store) -> None:
    await quiet(store)
    await record(store, *events(1))
    async with asyncio.timeout(10):
        await store.feed.wait(30)


async def test_waiting_for_nothing_ends_after_its_time(store: Store) -> None:
    await quiet(store)


async def test_marks_mean_the_same_after_a_restart(backend: Backend) -> None:
    first = backend.store()
    await first.open()
    await record(first, *events(1, 2))
    await record(first, *events(3))
    fed = await behind(first, Mark())
    await first.close()
    if not first.promises.durable and not first.promises.many_processes:
        return  # another store in memory is another lineage
    second = backend.store()
    await second.open()
    assert await behind(second, fed[0].mark) == fed[1:]
    assert await second.feed.newest() == fed[-1].mark
    await second.close()


async def test_another_process_is_told_where_there_may_be_several(backend: Backend) -> None:
    first = backend.store()
    await first.open()
    if first.promises.many_processes:
        second = backend.store()
        await second.open()
        await quiet(second)  # it listens now
        waiting = asyncio.create_task(second.feed.wait(30))
        await record(first, *events(1))
        async with asyncio.timeout(10):
            await waiting
        assert [one.event.at for one in await behind(second, Mark())] == [later(1)]
        await second.close()
    await first.close()

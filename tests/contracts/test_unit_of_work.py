"""`kernel.unit_of_work.Storage`: all or nothing, reads before writes, nothing foreign, run again on conflict."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.contracts.examples import (
    ALICE,
    CALLER,
    CONTACTS,
    FRONT_DESK,
    NOW,
    a_call,
    a_delivery,
    a_group,
    a_known_caller,
    a_session,
    a_user,
    an_availability,
    an_engagement,
    call_id,
    envelope,
    later,
    some_events,
)
from tests.contracts.stores import Store, Tx, Write, read, saving, write
from titus_core.kernel.errors import Conflict, ForeignAwait, Misuse, ReadAfterWrite

BASE_URL = "https://titus.example"
TOKEN, NEW_TOKEN = a_session("token"), a_session("new token")

READS: dict[str, Callable[[Tx], Awaitable[object]]] = {
    "calls.get": lambda tx: tx.calls.get(call_id(2)),
    "calls.last_answerer": lambda tx: tx.calls.last_answerer(CALLER, NOW),
    "calls.talks": lambda tx: tx.calls.talks([ALICE], NOW),
    "inbox.find": lambda tx: tx.inbox.find("inbound", "new", None),
    "known_callers.with_number": lambda tx: tx.known_callers.with_number(CALLER),
    "known_callers.of_contacts": lambda tx: tx.known_callers.of_contacts(CONTACTS),
    "known_callers.contacts": lambda tx: tx.known_callers.contacts(),
    "hunt_groups.get": lambda tx: tx.hunt_groups.get(FRONT_DESK),
    "hunt_groups.all": lambda tx: tx.hunt_groups.all(),
    "hunt_groups.next_id": lambda tx: tx.hunt_groups.next_id(),
    "hunt_groups.first_of_last_run": lambda tx: tx.hunt_groups.first_of_last_run(FRONT_DESK),
    "members.active": lambda tx: tx.members.active(),
    "members.states": lambda tx: tx.members.states([ALICE]),
    "members.availability": lambda tx: tx.members.availability(ALICE),
    "voice_settings.get": lambda tx: tx.voice_settings.get("timezone"),
    "users.get": lambda tx: tx.users.get(ALICE),
    "users.by_email": lambda tx: tx.users.by_email("person2@example.org"),
    "users.next_id": lambda tx: tx.users.next_id(),
    "sessions.get": lambda tx: tx.sessions.get(NEW_TOKEN.token_hash),
}

WRITES: dict[str, Write] = {
    "record": lambda tx: tx.record(envelope(some_events()[1])),
    "calls.save": lambda tx: tx.calls.save(a_call(2)),
    "calls.look_again": lambda tx: tx.calls.look_again(call_id(), NOW),
    "engagements.replace": lambda tx: tx.engagements.replace((), (an_engagement(),), NOW),
    "inbox.keep": lambda tx: tx.inbox.keep(a_delivery("new"), None, BASE_URL),
    "inbox.settle": lambda tx: tx.inbox.settle(1, reduced=True, at=NOW),
    "known_callers.save": lambda tx: tx.known_callers.save(a_known_caller()),
    "known_callers.forget": lambda tx: tx.known_callers.forget(a_known_caller(contact=CONTACTS[1])),
    "hunt_groups.save": lambda tx: tx.hunt_groups.save(a_group()),
    "hunt_groups.remember_first": lambda tx: tx.hunt_groups.remember_first(FRONT_DESK, ALICE),
    "members.set_availability": lambda tx: tx.members.set_availability(an_availability()),
    "members.heartbeat": lambda tx: tx.members.heartbeat(ALICE, NOW),
    "voice_settings.set": lambda tx: tx.voice_settings.set("timezone", "QLD", NOW),
    "users.save": lambda tx: tx.users.save(a_user(2)),
    "sessions.save": lambda tx: tx.sessions.save(NEW_TOKEN),
    "sessions.delete": lambda tx: tx.sessions.delete(TOKEN.token_hash),
    "sessions.delete_of": lambda tx: tx.sessions.delete_of(ALICE),
    "sessions.delete_before": lambda tx: tx.sessions.delete_before(later(1)),
}


@pytest.fixture
async def world(store: Store) -> Store:
    """A store in which each of the writes above changes something that `everything` sees."""
    await write(
        store,
        lambda tx: tx.users.save(a_user()),
        lambda tx: tx.sessions.save(TOKEN),
        lambda tx: tx.known_callers.save(a_known_caller(contact=CONTACTS[1])),
        lambda tx: tx.calls.save(a_call()),
        lambda tx: tx.inbox.keep(a_delivery("waits"), None, BASE_URL, reduced=False),
    )
    return store


async def everything(store: Store) -> list[object]:
    reader = store.reader
    return [
        *[await read(store, question) for question in READS.values()],
        await reader.events(call_id()),
        await reader.due(NOW, 10),
        await reader.waiting(NOW, 10),
        await reader.availabilities(),
        await reader.session(TOKEN.token_hash),
    ]


async def test_what_work_returns_reaches_the_caller(store: Store) -> None:
    async def work(tx: Tx, command: int) -> tuple[int, object]:
        return command + 1, await tx.calls.get(call_id())

    assert await store.transact(work, 41) == (42, None)


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_is_seen_as_soon_as_it_is_acknowledged(world: Store, name: str) -> None:
    before = await everything(world)
    await write(world, WRITES[name])
    assert await everything(world) != before


@pytest.mark.parametrize("name", WRITES)
async def test_an_error_in_work_gets_through_unchanged_and_nothing_is_stored(world: Store, name: str) -> None:
    class Unlucky(Exception):
        pass

    unlucky = Unlucky("on purpose")
    before = await everything(world)

    async def work(tx: Tx, _: None) -> None:
        WRITES[name](tx)
        raise unlucky

    with pytest.raises(Unlucky) as caught:
        await world.transact(work, None)
    assert caught.value is unlucky
    assert await everything(world) == before


@pytest.mark.parametrize("name", WRITES)
async def test_a_conflict_of_one_write_takes_every_other_one_back(world: Store, name: str) -> None:
    before = await everything(world)
    with pytest.raises(Conflict):
        await write(world, WRITES[name], lambda tx: tx.calls.save(a_call(version=7)))
    assert await everything(world) == before


@pytest.mark.parametrize("reading", READS)
async def test_reading_after_writing_is_refused_and_nothing_is_stored(store: Store, reading: str) -> None:
    async def work(tx: Tx, _: None) -> None:
        tx.voice_settings.set("timezone", "QLD", NOW)
        await READS[reading](tx)

    with pytest.raises(ReadAfterWrite):
        await store.transact(work, None)
    assert await store.reader.voice_setting("timezone") is None


@pytest.mark.parametrize("writing", WRITES)
async def test_every_write_counts_as_one(store: Store, writing: str) -> None:
    async def work(tx: Tx, _: None) -> None:
        WRITES[writing](tx)
        await tx.users.next_id()

    with pytest.raises(ReadAfterWrite):
        await store.transact(work, None)


@pytest.mark.parametrize("writes_first", [False, True])
@pytest.mark.parametrize("foreign", ["a turn of the loop", "a timer", "somebody else's promise"])
async def test_awaiting_anything_foreign_is_refused_and_nothing_is_stored(
    store: Store, foreign: str, writes_first: bool
) -> None:
    promise: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    waits: dict[str, Callable[[], Awaitable[object]]] = {
        "a turn of the loop": lambda: asyncio.sleep(0),
        "a timer": lambda: asyncio.sleep(60),
        "somebody else's promise": lambda: promise,
    }

    async def work(tx: Tx, _: None) -> None:
        await tx.users.next_id()
        if writes_first:
            tx.voice_settings.set("timezone", "QLD", NOW)
        await waits[foreign]()

    with pytest.raises(ForeignAwait):
        await store.transact(work, None)
    assert await store.reader.voice_setting("timezone") is None


async def test_a_tx_cannot_be_kept(store: Store) -> None:
    kept: list[Tx] = []

    async def work(tx: Tx, _: None) -> None:
        kept.append(tx)

    await store.transact(work, None)
    with pytest.raises(Misuse):
        await kept[0].users.next_id()
    with pytest.raises(Misuse):
        kept[0].voice_settings.set("timezone", "QLD", NOW)


async def test_work_runs_again_when_it_wrote_what_was_stale(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()))
    versions = [0, 7, 1]

    async def work(tx: Tx, _: None) -> int:
        version = versions.pop(0)
        tx.calls.save(a_call(version=version, strandings=5))
        return version

    assert await store.transact(work, None) == 1
    assert await store.reader.call(call_id()) == a_call(version=2, strandings=5)


async def test_a_conflict_that_does_not_go_away_is_told_after_a_few_runs(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()))
    runs: list[int] = []

    async def work(tx: Tx, _: None) -> None:
        runs.append(1)
        tx.calls.save(a_call(version=7))

    with pytest.raises(Conflict):
        await store.transact(work, None)
    assert 1 < len(runs) <= 8


async def test_one_unit_of_work_may_change_many_things(store: Store) -> None:
    await write(store, *(saving(a_call(n)) for n in range(1, 101)))
    assert len(await store.reader.live()) == 100

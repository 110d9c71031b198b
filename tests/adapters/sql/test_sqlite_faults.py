"""SQLite in trouble: full, locked, gone, and back again."""

from __future__ import annotations

import asyncio
import sqlite3
from threading import Event

import pytest

from tests.adapters.sql.units import NOW, save_call, set_size
from titus_adapters.sql.tx import SqlTx
from titus_adapters.sqlite.connecting import open_writer
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId

LIMITED = 20
UNLIMITED = 1 << 30


class Disk:
    """A disk whose faults a test turns on and off; `connect` is given to the store."""

    def __init__(self) -> None:
        self.gone = False
        self.more_pages = UNLIMITED
        self.fails_to_commit: str | None = None
        self.memory = True
        self.answers = Event()
        self.answers.set()

    def connect(self, settings: SqliteSettings) -> sqlite3.Connection:
        if self.gone:
            raise sqlite3.OperationalError("unable to open database file")
        real = open_writer(settings)
        real.close()
        connection = sqlite3.connect(
            settings.path, isolation_level=None, factory=_Connection, timeout=0.05, check_same_thread=False
        )
        connection.disk = self
        connection.execute("PRAGMA synchronous = FULL")
        return connection


class _Connection(sqlite3.Connection):
    disk: Disk

    def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:
        run = super().execute
        if sql == "BEGIN IMMEDIATE":
            [pages] = run("PRAGMA page_count").fetchone()
            run(f"PRAGMA max_page_count = {pages + self.disk.more_pages}")
        if sql == "COMMIT" and not self.disk.memory:
            raise MemoryError
        if sql == "COMMIT":
            self.disk.answers.wait(5)
        if sql == "COMMIT" and self.disk.fails_to_commit is not None:
            [poisoned] = run("SELECT count(*) FROM calls WHERE sid = ?", (self.disk.fails_to_commit,)).fetchone()
            if poisoned:
                raise sqlite3.OperationalError("disk I/O error")
        return run(sql, parameters)  # type: ignore[arg-type]  # whatever the store gives


async def _together(store: SqliteStore, *sids: str) -> list[BaseException | None]:
    """Run `save_call` for each in one batch."""
    waiting = [asyncio.create_task(store.transact(save_call, sid)) for sid in sids]
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_full_disk_is_unavailable_and_forgotten_when_there_is_room_again(
    sqlite_settings: SqliteSettings,
) -> None:
    disk = Disk()
    async with SqliteStore(sqlite_settings, connect=disk.connect) as store:
        disk.more_pages = LIMITED
        with pytest.raises(Unavailable, match="full"):
            await store.transact(set_size, 1 << 20)
        await store.transact(save_call, "small")
        disk.more_pages = UNLIMITED
        await store.transact(set_size, 1 << 20)
        assert await store.reader.call(CallId("small"))
        assert await store.reader.voice_setting("big") == "x" * (1 << 20)


async def test_a_unit_of_work_that_fills_the_disk_takes_no_other_along(sqlite_settings: SqliteSettings) -> None:
    disk = Disk()
    async with SqliteStore(sqlite_settings, connect=disk.connect) as store:
        disk.more_pages = LIMITED
        tasks = [
            asyncio.create_task(store.transact(save_call, "before")),
            asyncio.create_task(store.transact(set_size, 1 << 20)),
            asyncio.create_task(store.transact(save_call, "after")),
        ]
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None), Unavailable, type(None)]
        assert await store.reader.live() == ("before", "after")


async def test_a_commit_that_fails_is_repeated_one_by_one(sqlite_settings: SqliteSettings) -> None:
    disk = Disk()
    async with SqliteStore(sqlite_settings, connect=disk.connect) as store:
        disk.fails_to_commit = "bad"
        outcomes = await _together(store, "good", "bad", "better")
        assert [type(outcome) for outcome in outcomes] == [type(None), Unavailable, type(None)]
        assert await store.reader.live() == ("good", "better")
        disk.fails_to_commit = None
        await store.transact(save_call, "bad")


async def test_while_the_disk_hangs_writers_wait_and_everything_else_goes_on(sqlite_settings: SqliteSettings) -> None:
    disk = Disk()
    async with SqliteStore(sqlite_settings, connect=disk.connect) as store:
        await store.transact(save_call, "before")
        disk.answers.clear()
        hanging = asyncio.create_task(store.transact(save_call, "hanging"))
        waiting = asyncio.create_task(_soon(store, "waiting"))
        await asyncio.sleep(0.05)
        assert await store.reader.live() == ("before",)
        assert not hanging.done()
        assert not waiting.done()
        disk.answers.set()
        await asyncio.gather(hanging, waiting)
        assert await store.reader.live() == ("before", "hanging", "waiting")


async def _soon(store: SqliteStore, sid: str) -> None:
    await asyncio.sleep(0.01)
    await store.transact(save_call, sid)


async def test_a_file_locked_by_another_program_is_unavailable_until_it_lets_go(
    sqlite_settings: SqliteSettings, sqlite_store: SqliteStore
) -> None:
    other = sqlite3.connect(sqlite_settings.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await sqlite_store.transact(save_call, "CA1")
    assert await sqlite_store.reader.live() == ()
    other.execute("ROLLBACK")
    other.close()
    await sqlite_store.transact(save_call, "CA1")


async def test_a_disk_that_goes_away_is_unavailable_until_it_is_back(sqlite_settings: SqliteSettings) -> None:
    disk = Disk()
    async with SqliteStore(sqlite_settings, connect=disk.connect) as store:
        disk.gone, disk.fails_to_commit = True, "CA1"
        with pytest.raises(Unavailable, match="I/O"):
            await store.transact(save_call, "CA1")
        with pytest.raises(Unavailable, match="unable to open"):
            await store.transact(save_call, "CA2")
        disk.gone, disk.fails_to_commit = False, None
        await store.transact(save_call, "CA1")


async def test_sqlite_without_memory_is_unavailable_until_it_has_some(sqlite_settings: SqliteSettings) -> None:
    disk = Disk()
    async with SqliteStore(sqlite_settings, connect=disk.connect) as store:
        disk.memory = False
        with pytest.raises(Unavailable):
            await store.transact(save_call, "CA1")
        disk.memory = True
        await store.transact(save_call, "CA1")


async def test_a_store_that_cannot_be_opened_is_closed_again(sqlite_settings: SqliteSettings) -> None:
    disk = Disk()
    disk.gone = True
    store = SqliteStore(sqlite_settings, connect=disk.connect)
    store.claim()
    with pytest.raises(Unavailable, match="unable to open"):
        await store.open()
    other = SqliteStore(sqlite_settings)
    other.claim()
    await other.close()


async def test_a_cancelled_caller_does_not_undo_the_commit(sqlite_store: SqliteStore) -> None:
    begun = asyncio.Event()

    async def begin(tx: SqlTx, command: None) -> None:
        begun.set()
        await save_call(tx, "CA1")

    caller = asyncio.create_task(sqlite_store.transact(begin, None))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await sqlite_store.ping()
    assert await sqlite_store.reader.live() == ("CA1",)


async def test_a_closed_store_refuses_and_what_was_waiting_is_finished(sqlite_settings: SqliteSettings) -> None:
    store = SqliteStore(sqlite_settings)
    await store.open()
    waiting = [asyncio.create_task(store.transact(save_call, f"CA{number}")) for number in range(200)]
    await asyncio.sleep(0)  # lets the tasks reach the queue
    await store.close()
    await asyncio.gather(*waiting)
    with pytest.raises(Unavailable):
        await store.transact(save_call, "late")
    async with SqliteStore(sqlite_settings) as again:
        assert len(await again.reader.live()) == 200


async def test_an_error_of_one_unit_of_work_is_its_own(sqlite_store: SqliteStore) -> None:
    async def fail(tx: SqlTx, command: None) -> None:
        tx.voice_settings.set("timezone", "NSW", NOW)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await sqlite_store.transact(fail, None)
    await sqlite_store.transact(save_call, "CA1")
    assert await sqlite_store.reader.voice_setting("timezone") is None

"""A locked, a full and a restarted database under the whole application: callers are served, reports are repeated,
nothing is half-written, and work goes on by itself when the trouble is over."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.faults.test_store_in_trouble import post, verbs
from tests.journeys.stage import ALICE, BEN, Stage
from tests.postgres_server import cluster
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.connecting import open_writer
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.history import AnyCallEvent, fold
from titus_core.kernel.ids import CallId

BEFORE, DURING = "CA" + "1" * 32, "CA" + "2" * 32


async def staffed(store: Any, **parts: Any) -> Stage:
    stage = Stage(store, **parts)
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN)
    assert "Dial" in verbs(await post(stage, "inbound", CallSid=BEFORE))
    return stage


async def in_trouble(stage: Stage, again: Callable[[], object] = lambda: None) -> None:
    """`again` makes sure before each request that there is trouble."""
    again()
    assert "Dial" not in verbs(await post(stage, "inbound", CallSid=DURING))
    step = f"hunt-step?callSid={BEFORE}&step=1"
    again()
    assert "Dial" not in verbs(await post(stage, step, CallSid=BEFORE, DialCallStatus="busy"))
    again()
    assert (await post(stage, "status", CallSid=BEFORE, CallStatus="completed")).status_code == 503


async def out_of_trouble(stage: Stage) -> None:
    """Twilio repeats the report and comes back for the caller; the event log folds to what is stored."""
    assert "Dial" in verbs(await post(stage, "fallback?turn=1", CallSid=DURING, CallStatus="in-progress"))
    assert (await post(stage, "status", CallSid=BEFORE, CallStatus="completed", CallDuration="9")).status_code == 200
    for sid in (BEFORE, DURING):
        call = await stage.call(sid)
        recorded = await stage.store.reader.events(CallId(sid))
        events = [(msgspec.json.decode(event.data, type=AnyCallEvent), event.at) for event in recorded]
        folded = fold(events)
        assert folded is not None
        assert msgspec.structs.replace(folded, version=call.version) == call
    assert not (await stage.call(BEFORE)).live


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    """A database file with tables and nothing in them."""
    return Path(shutil.copy(sqlite_template, tmp_path / "titus.db"))


async def test_a_locked_sqlite_file(file: Path) -> None:
    async with SqliteStore(SqliteSettings(file, busy_seconds=0.2)) as store:
        stage = await staffed(store)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await in_trouble(stage)
        other.execute("ROLLBACK")
        other.close()
        await out_of_trouble(stage)


class SmallDisk:
    """Has no room while `full`."""

    def __init__(self) -> None:
        self.full = False

    def connect(self, settings: SqliteSettings) -> sqlite3.Connection:
        disk = self

        class Limited(sqlite3.Connection):
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                if sql.upper().startswith("BEGIN"):
                    [pages] = super().execute("PRAGMA page_count").fetchone()
                    super().execute(f"PRAGMA max_page_count = {pages if disk.full else 1_000_000}")
                return super().execute(sql, parameters)

        made = open_writer(settings)
        path = made.execute("PRAGMA database_list").fetchone()[2]
        made.close()
        connection = sqlite3.connect(path, factory=Limited, isolation_level=None, timeout=settings.busy_seconds)
        connection.execute("PRAGMA synchronous = FULL")
        return connection


async def test_a_full_disk(file: Path) -> None:
    disk = SmallDisk()
    async with SqliteStore(SqliteSettings(file), connect=disk.connect) as store:
        stage = await staffed(store)
        disk.full = True
        await fill_up(stage)
        await in_trouble(stage)
        disk.full = False
        await out_of_trouble(stage)


async def fill_up(stage: Stage) -> None:
    """Pages that are begun still have room for small rows: use it."""
    numbers = itertools.count()
    for size in (3000, 300, 3):
        while True:
            report = await post(stage, "debugger", Sid=f"NO{next(numbers)}", Payload="x" * size)
            if report.status_code == 503:
                break


async def test_a_restarted_postgres() -> None:
    with cluster() as server:
        store = PostgresStore(PostgresSettings(server.url))
        await store.migrate()
        async with store:
            stage = await staffed(store)
            await asyncio.to_thread(server.stop)
            await in_trouble(stage)
            await asyncio.to_thread(server.start)
            await out_of_trouble(stage)

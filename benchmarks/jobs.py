"""Jobs a second on SQLite and on PostgreSQL: stored by commits of 50 events, then worked off by one worker to whom each
is nothing to do. Beside the floor of each database: two durable commits a job, one after another, by the bare driver
(a job is marked before it is tried, and taken away after)."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from tests.postgres_server import Cluster, cluster
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.events import RecordingReported
from titus_core.calls.model import RecordingState
from titus_core.jobs.causes import Kind, causes_of
from titus_core.jobs.model import Done, Job, Verdict
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId, RecordingId

JOBS, A_COMMIT = 3_000, 50
_COMMITS = 400


def main() -> None:
    print(f"{JOBS:,} jobs: stored and worked off a second, and how often the floor (two durable commits a job)")
    causes = causes_of((Kind.KEEP_RECORDING,))
    with tempfile.TemporaryDirectory(prefix="titus-bench-") as folder:
        store = SqliteStore(SqliteSettings(Path(folder) / "titus.db"), causes=causes)
        _print("SQLite", asyncio.run(_rates(store)), _sqlite_floor(Path(folder)))
    with cluster(fsync=True) as server:
        floor = asyncio.run(_postgres_floor(server))
        _print("PostgreSQL", asyncio.run(_rates(PostgresStore(PostgresSettings(server.url), causes=causes))), floor)


def _print(name: str, rates: tuple[float, float], floor: float) -> None:
    stored, done = rates
    print(f"{name:12}{stored:8,.0f} stored/s{done:8,.0f} done/s{done / floor:8.2f}× the floor of {floor:,.0f}/s")


async def _rates(store: Any) -> tuple[float, float]:
    await store.migrate()
    async with store:
        began = time.perf_counter()
        for first in range(0, JOBS, A_COMMIT):
            await store.transact(_cause, first)
        stored = time.perf_counter()
        counting = _Counting()
        await store.worker.start((Kind.KEEP_RECORDING,), counting)
        await counting.all_done.wait()
        done = time.perf_counter()
        await store.worker.stop(5)
        return JOBS / (stored - began), JOBS / (done - stored)


class _Counting:
    def __init__(self) -> None:
        self.all_done = asyncio.Event()
        self._left = JOBS

    async def __call__(self, job: Job) -> Verdict:
        self._left -= 1
        if not self._left:
            self.all_done.set()
        return Done()


async def _cause(tx: Any, first: int) -> None:
    at, call_id = datetime.now(UTC), CallId("CA" + "0" * 32)
    for number in range(first, first + A_COMMIT):
        recording = RecordingId(f"RE{number:032d}")
        event = RecordingReported(call_id=call_id, recording_id=recording, state=RecordingState.COMPLETED)
        tx.record(Envelope(f"call:{call_id}", at, TWILIO, event))


def _sqlite_floor(folder: Path) -> float:
    """Jobs a second."""
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
    began = time.perf_counter()
    for number in range(_COMMITS):
        database.execute("INSERT INTO t VALUES (?, ?)", (number, "x" * 200))
        database.execute("DELETE FROM t WHERE id = ?", (number,))
    rate = _COMMITS / (time.perf_counter() - began)
    database.close()
    return rate


async def _postgres_floor(server: Cluster) -> float:
    connection = await asyncpg.connect(server.url)
    await connection.execute("CREATE TABLE floor (id INTEGER PRIMARY KEY, body TEXT)")
    began = time.perf_counter()
    for number in range(_COMMITS):
        await connection.execute("INSERT INTO floor VALUES ($1, $2)", number, "x" * 200)
        await connection.execute("DELETE FROM floor WHERE id = $1", number)
    rate = _COMMITS / (time.perf_counter() - began)
    await connection.close()
    return rate

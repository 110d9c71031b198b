"""Where a morning is kept: in memory, on SQLite, on PostgreSQL; all of them by the morning's time."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from tests.simulation.store_premises import hasty
from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_adapters.working import AT_ONCE
from titus_core.jobs.causes import Kind, causes_of
from titus_core.jobs.ports import Attempt

BEGINS = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CAUSES = causes_of(tuple(Kind))
WORKED_OFF_WITHIN = 60.0
"""Seconds of the machine for what is due at one moment."""


class Place(Protocol):
    """A store, and its jobs in a time that only `turn_to` moves."""

    store: Any

    async def turn_to(self, at: datetime) -> None: ...
    async def work_off(self, attempt: Attempt) -> None:
        """All that is due now, what it causes included."""
        ...


class _Own:
    """Stores whose jobs know the clock that they are given. `at_once` 1: the same seed makes the same morning."""

    def __init__(self, store: Any, clock: ManualClock, at_once: int) -> None:
        self.store = store
        self._clock = clock
        self._at_once = at_once

    async def turn_to(self, at: datetime) -> None:
        self._clock.turn_to(at)

    async def work_off(self, attempt: Attempt) -> None:
        jobs, kinds = self.store.jobs, tuple(Kind)
        while taken := await jobs.take(kinds, self._at_once):
            verdicts = await asyncio.gather(*map(attempt, taken))
            for job, verdict in zip(taken, verdicts, strict=True):
                await jobs.settle(job, verdict)


@asynccontextmanager
async def in_memory() -> AsyncIterator[Place]:
    clock = ManualClock(BEGINS)
    yield _Own(MemoryStore(causes=CAUSES, clock=clock), clock, 1)


@asynccontextmanager
async def on_sqlite(file: Path) -> AsyncIterator[Place]:
    """In a migrated file."""
    clock = ManualClock(BEGINS)
    async with SqliteStore(SqliteSettings(file), connect=hasty, causes=CAUSES, clock=clock) as store:
        yield _Own(store, clock, AT_ONCE)


class _Postgres:
    """PgQueuer goes by the server's `now()`; here that is a function of ours, which tells the morning's time. What else
    happens is its own doing: a real worker picks, keeps and releases the jobs."""

    def __init__(self, store: PostgresStore, aside: Any) -> None:
        self.store = store
        self._aside = aside
        self._works = False

    async def turn_to(self, at: datetime) -> None:
        # Just after: what is due at this very moment is not due yet to PgQueuer, which asks for `<`.
        await self._aside.execute("UPDATE moment SET at = $1", at + timedelta(microseconds=1))

    async def work_off(self, attempt: Attempt) -> None:
        if not self._works:
            self._works = True
            await self.store.worker.start(tuple(Kind), attempt)
        async with asyncio.timeout(WORKED_OFF_WITHIN):
            for look in itertools.count():
                if not await self._aside.fetchval(_LEFT):
                    return
                if look % _WAKES_EVERY == 0:
                    await self._aside.execute(_WAKE)
                await asyncio.sleep(0.002)

    async def stop(self) -> None:
        if self._works:
            await self.store.worker.stop(5)


_SCHEMA = """
    CREATE TABLE moment (at timestamptz NOT NULL);
    INSERT INTO moment VALUES ('{begins}');
    CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM public.moment';
    ALTER TABLE pgqueuer ALTER created SET DEFAULT public.now(), ALTER updated SET DEFAULT public.now(),
        ALTER heartbeat SET DEFAULT public.now();
    ALTER DATABASE "{database}" SET search_path = public, pg_catalog;"""

_LEFT = """
    SELECT EXISTS (SELECT FROM pgqueuer WHERE status = 'queued' AND execute_after < public.now())
        OR EXISTS (SELECT FROM pgqueuer WHERE status = 'picked')"""

_WAKES_EVERY = 50
_WAKE = """
    SELECT pg_notify('ch_pgqueuer', json_build_object('channel', 'ch_pgqueuer', 'operation', 'insert', 'sent_at', now(),
        'table', 'pgqueuer', 'type', 'table_changed_event')::text)"""
"""The engine hears of jobs, and cannot hear that time has moved."""


@asynccontextmanager
async def on_postgres(url: str) -> AsyncIterator[Place]:
    """In a migrated database of its own."""
    aside = await asyncpg.connect(url)
    try:
        name = await aside.fetchval("SELECT current_database()")
        await aside.execute(_SCHEMA.format(begins=BEGINS.isoformat(), database=name))
        async with PostgresStore(PostgresSettings(url, min_connections=1, max_connections=4), causes=CAUSES) as store:
            place = _Postgres(store, aside)
            try:
                yield place
            finally:
                await place.stop()
    finally:
        await aside.close()

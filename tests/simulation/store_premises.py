"""Premises on a real database. A store needs an event loop, so each process has one, on a thread of its own; the
simulation itself stays as it is, and waits for each step."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

import asyncpg
import msgspec

from tests.core.calls.office import Run
from tests.simulation.premises import Aside, Events
from tests.simulation.setting import STAFF
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.metadata import tables_on
from titus_adapters.sqlite.connecting import open_writer
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.model import Call
from titus_core.hunt_groups.availability import Engagement
from titus_core.kernel.ids import CallId, UserId

T = TypeVar("T")
ANSWERS_WITHIN = 60.0
_EVENT = msgspec.json.Decoder(AnyCallEvent)


class LoopThread:
    """An event loop that runs until `stop`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, steps: Awaitable[T], /) -> T:
        assert isinstance(steps, Coroutine)
        future: Any = asyncio.run_coroutine_threadsafe(steps, self._loop)
        result: T = future.result(ANSWERS_WITHIN)
        return result

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class StorePremises:
    """`aside` looks into the database while a process waits. `wipe` empties it: as good as a new one, and faster."""

    def __init__(
        self, stores: tuple[Any, Any], runs: tuple[Run, Run], aside: Aside, wipe: Callable[[], object]
    ) -> None:
        self.stores = stores
        self.runs = runs
        self.aside = aside
        self._store, self._run = aside
        self.interleaves: bool = stores[0].promises.many_processes
        self._wipe = wipe

    def fresh(self) -> StorePremises:
        self._wipe()
        return self

    def call(self, call_id: CallId) -> Call | None:
        found: Call | None = self._run(self._store.reader.call(call_id))
        return found

    def events(self, call_id: CallId, after: int) -> Events:
        recorded = self._run(self._store.reader.events(call_id))[after:]
        return [(_EVENT.decode(event.data), event.at) for event in recorded]

    def engaged(self) -> Mapping[UserId, Engagement]:
        states = self._run(self._store.transact(_states, STAFF))
        return {user_id: state.engagement for user_id, state in states.items() if state.engagement is not None}


async def _states(tx: Any, users: tuple[UserId, ...]) -> Any:
    return await tx.members.states(users)


@contextmanager
def sqlite_premises(settings: SqliteSettings) -> Iterator[StorePremises]:
    """On a migrated file. One process may have it, so the two share a loop and a store. What is synchronous matters to
    the disk and not to the logic, so it is off."""
    thread, store = LoopThread(), SqliteStore(settings, connect=hasty)
    thread.run(store.open())
    wiper = sqlite3.connect(settings.path, isolation_level=None)
    try:
        yield StorePremises(
            (store, store),
            (thread.run, thread.run),
            (store, thread.run),
            lambda: wiper.executescript(_wiping("sqlite")),
        )
    finally:
        wiper.close()
        thread.run(store.close())
        thread.stop()


def hasty(settings: SqliteSettings) -> sqlite3.Connection:
    """For tests of what is stored, not of how safely."""
    connection = open_writer(settings)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


@contextmanager
def postgres_premises(url: str) -> Iterator[StorePremises]:
    """On a migrated database: two processes with a pool each."""
    settings = PostgresSettings(url, min_connections=1, max_connections=3)
    threads = [LoopThread() for _ in range(3)]
    stores = [PostgresStore(settings) for _ in threads]
    for thread, store in zip(threads, stores, strict=True):
        thread.run(store.open())
    one, two, aside = threads
    wiper = aside.run(_connected(url))
    try:
        yield StorePremises(
            (stores[0], stores[1]),
            (one.run, two.run),
            (stores[2], aside.run),
            lambda: aside.run(wiper.execute(_wiping("postgresql"))),
        )
    finally:
        aside.run(wiper.close())
        for thread, store in zip(threads, stores, strict=True):
            thread.run(store.close())
            thread.stop()


async def _connected(url: str) -> Any:
    return await asyncpg.connect(url)


def _wiping(dialect: str) -> str:
    return "".join(f"DELETE FROM {table.name};" for table in reversed(tables_on(dialect)))  # noqa: S608 (our own names)

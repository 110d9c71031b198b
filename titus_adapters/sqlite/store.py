"""Titus on one SQLite file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self, TypeVar

from titus_adapters.bell import Bell
from titus_adapters.sql.feed import BY_POSITION, LAST_POSITION, SqlFeed
from titus_adapters.sql.reader import SqlReader
from titus_adapters.sql.records.migrating import write_revision
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sql.tx import SqlTx
from titus_adapters.sqlite import migrating
from titus_adapters.sqlite.claiming import Claim
from titus_adapters.sqlite.connecting import Connect, open_reader, open_writer
from titus_adapters.sqlite.jobs import SqliteJobs
from titus_adapters.sqlite.readers import Readers
from titus_adapters.sqlite.session import Ran, run
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.writer import Writer
from titus_adapters.system import SystemClock
from titus_adapters.working import Worker
from titus_core.jobs.model import Causes, nothing
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Conflict
from titus_core.kernel.promises import Promises
from titus_core.kernel.unit_of_work import Tap, Untapped
from titus_core.records.catalogue import Catalogue

C = TypeVar("C")
R = TypeVar("R")

PROMISES = Promises(
    atomic=True,
    optimistic_locking=True,
    read_your_writes=True,
    unique_keys=True,
    durable=True,
    many_processes=False,
)


class SqliteStore:
    """`Storage` for every area, and the readers. Open it on the loop that uses it.

    One long-running process `claim`s the file; short commands open it without, and work beside that process. `tap` may
    be set before it is opened.
    """

    def __init__(
        self,
        settings: SqliteSettings,
        *,
        connect: Connect = open_writer,
        causes: Causes = nothing,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.promises = PROMISES
        self.tap: Tap = Untapped()
        self._claim = Claim(settings.path)
        self._writer = Writer(settings, connect)
        self._readers = Readers(settings, open_reader)
        self._bell = Bell()
        self.feed = SqlFeed(self._readers, self._bell, BY_POSITION, LAST_POSITION)
        self._schema = RecordSchema()
        self.reader = SqlReader(self._readers, self.feed, self._schema)
        self._causes = causes
        self._job_bell = Bell()
        self.jobs = SqliteJobs(self._writer, self._readers, clock or SystemClock())
        self.worker = Worker(self.jobs, self._job_bell)

    def claim(self) -> None:
        """Be the one server or worker of this file until `close`; raises `Unavailable` if there is one."""
        self._claim.take()

    async def migrate(self) -> None:
        """Bring the tables to the newest form, creating the file if need be. Safe to run at the same time as others."""
        await asyncio.to_thread(migrating.upgrade, self.settings)

    async def migrate_records(self, folder: Path) -> None:
        """Bring the tables of records to the newest revision in the folder (`sql.records.migrating`)."""
        await asyncio.to_thread(migrating.upgrade_records, self.settings, folder)

    def write_revision(self, folder: Path, catalogue: Catalogue, title: str) -> str | None:
        """Write the migration to the catalogue's tables into the folder, and tell its name; None: nothing is to be
        done."""
        return write_revision(folder, catalogue, title)

    async def is_migrated(self) -> bool:
        """Whether the tables have the form that this version of Titus works with."""
        return await asyncio.to_thread(migrating.is_at_head, self.settings)

    async def open(self) -> None:
        """Once per store. Raises `Unavailable` if the file cannot be written; the store is closed then."""
        self._writer.start()
        try:
            await self.ping()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Finish what was begun, and let go of the file."""
        await self._writer.stop()
        await self._readers.stop()
        self._claim.release()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def transact(self, work: Callable[[SqlTx, C], Awaitable[R]], command: C, /) -> R:
        def act(connection: sqlite3.Connection) -> Ran[R]:
            try:
                return run(connection, self._causes, self._schema, work, command)
            except Conflict:
                self.tap.conflicted()
                raise

        done = await self._writer.run(act)
        self._bell.ring()
        if done.causes_jobs:
            self._job_bell.ring()
        self.tap.stored(done.events)
        return done.result

    async def ping(self) -> None:
        """Raises `Unavailable` if the file cannot be written."""
        await self._writer.run(_touch)


def _touch(connection: sqlite3.Connection) -> None:
    """A write that changes nothing. (A commit without one would not go near the disk.)"""
    connection.execute("PRAGMA user_version = 0")

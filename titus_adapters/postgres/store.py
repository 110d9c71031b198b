"""Titus on PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from titus_adapters.postgres import migrating
from titus_adapters.postgres.bell import PostgresBell
from titus_adapters.postgres.commit import commit
from titus_adapters.postgres.failures import Lost, reading
from titus_adapters.postgres.guard import Guarded
from titus_adapters.postgres.job_board import PostgresJobBoard
from titus_adapters.postgres.job_worker import PostgresWorker
from titus_adapters.postgres.leaving import Leaving
from titus_adapters.postgres.pool import Pool
from titus_adapters.postgres.reading import PostgresReading
from titus_adapters.postgres.session import PostgresSession
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.sql.feed import BY_TRANSACTION, LAST_TRANSACTION, SqlFeed
from titus_adapters.sql.reader import SqlReader
from titus_adapters.sql.records.migrating import write_revision
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sql.tx import SqlTx
from titus_core.jobs.model import Causes, nothing
from titus_core.kernel.errors import Conflict, Unavailable
from titus_core.kernel.promises import Promises
from titus_core.kernel.unit_of_work import Tap, Untapped
from titus_core.records.catalogue import Catalogue

C = TypeVar("C")
R = TypeVar("R")

TRIES = 8
PING_SECONDS = 1.5
"""Whether it is ready must be known within 2 s (`reliability-and-security.md` S13)."""

_FIRST_PAUSE = 0.004

PROMISES = Promises(
    atomic=True,
    optimistic_locking=True,
    read_your_writes=True,
    unique_keys=True,
    durable=True,
    many_processes=True,
)


class PostgresStore:
    """`Storage` for every area, and the readers. Open it on the loop that uses it.

    READ COMMITTED: a unit of work reads without locks; what it writes names the versions that it read. `tap` may be set
    before it is opened.
    """

    def __init__(self, settings: PostgresSettings, *, causes: Causes = nothing) -> None:
        self.settings = settings
        self._causes = causes
        self.promises = PROMISES
        self.tap: Tap = Untapped()
        self._pool = Pool(settings)
        self._leaving = Leaving()
        answers = PostgresReading(self._pool)
        self._bell = PostgresBell(settings)
        self.jobs = PostgresJobBoard(self._pool)
        self.worker = PostgresWorker(settings)
        self.feed = SqlFeed(answers, self._bell, BY_TRANSACTION, LAST_TRANSACTION)
        self._schema = RecordSchema()
        self.reader = SqlReader(answers, self.feed, self._schema)

    def claim(self) -> None:
        """PostgreSQL serves many processes; there is nothing to claim."""

    async def migrate(self) -> None:
        """Bring the tables to the newest form. Safe to run at the same time as others."""
        await migrating.upgrade(self.settings)

    async def migrate_records(self, folder: Path) -> None:
        """Bring the tables of records to the newest revision in the folder (`sql.records.migrating`)."""
        await migrating.upgrade_records(self.settings, folder)

    def write_revision(self, folder: Path, catalogue: Catalogue, title: str) -> str | None:
        """Write the migration to the catalogue's tables into the folder, and tell its name; None: nothing is to be
        done."""
        return write_revision(folder, catalogue, title)

    async def is_migrated(self) -> bool:
        """Whether the tables have the form that this version of Titus works with."""
        return await migrating.is_at_head(self.settings)

    async def open(self) -> None:
        """Raises `Unavailable` if the server cannot be reached, or acknowledges what it has not written.

        A server that does not force its disk (`fsync`) is used, but `promises` then says so."""
        durability = await self._pool.open()
        if not self._pool.pooled:
            self._bell.start()
        if not durability.synchronous_commit:
            await self.close()
            raise Unavailable("PostgreSQL runs with synchronous_commit = off: it would forget what it acknowledged")
        on_disk = durability.fsync and durability.full_page_writes
        self.promises = msgspec.structs.replace(PROMISES, durable=on_disk)

    async def close(self) -> None:
        await self._bell.stop()
        await self._pool.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def transact(self, work: Callable[[SqlTx, C], Awaitable[R]], command: C, /) -> R:
        return await self._leaving.free(self._until_it_holds(work, command))

    async def _until_it_holds(self, work: Callable[[SqlTx, C], Awaitable[R]], command: C) -> R:
        pause = _FIRST_PAUSE
        for _ in range(TRIES - 1):
            try:
                return await self._once(work, command)
            except (Conflict, Lost) as error:
                if isinstance(error, Conflict):
                    self.tap.conflicted()
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311  # so that rivals do not meet again
                pause *= 2
        return await self._once(work, command)

    async def _once(self, work: Callable[[SqlTx, C], Awaitable[R]], command: C) -> R:
        async with self._pool.connection() as connection:
            if begun := self._pool.pooled:
                with reading():
                    await self._pool.begin(connection)
            session = PostgresSession(connection, self._causes)
            try:
                result = await Guarded(session, self._schema, work, command)
                await commit(connection, list(session.writes()), begun=begun)
            finally:
                session.end()
        if session.tells_of_calls:
            self._bell.ring()
        self.tap.stored(session.events)
        return result

    async def ping(self) -> None:
        """Raises `Unavailable` if the server cannot be reached, cannot write, or takes longer than `PING_SECONDS`."""
        try:
            async with asyncio.timeout(PING_SECONDS):
                read_only = await self._leaving.free(self._is_read_only())
        except TimeoutError:
            raise Unavailable("the PostgreSQL store did not answer in time") from None
        if read_only:
            raise Unavailable("this PostgreSQL server takes no writes: it is a standby, or was made read-only")

    async def _is_read_only(self) -> bool:
        """Hosters make a database read-only when its disk is nearly full."""
        async with self._pool.connection() as connection:
            with reading():
                return bool(await connection.fetchval("SELECT current_setting('transaction_read_only') = 'on'"))

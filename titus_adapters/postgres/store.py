"""Titus on PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Self, TypeVar

import msgspec

from titus_adapters.postgres import migrating
from titus_adapters.postgres.commit import commit
from titus_adapters.postgres.failures import Lost, reading
from titus_adapters.postgres.guard import Guarded
from titus_adapters.postgres.pool import Pool
from titus_adapters.postgres.reading import PostgresReading
from titus_adapters.postgres.session import PostgresSession
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.sql.reader import SqlReader
from titus_adapters.sql.tx import SqlTx
from titus_core.kernel.errors import Conflict, Unavailable
from titus_core.kernel.promises import Promises

C = TypeVar("C")
R = TypeVar("R")

TRIES = 8
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

    READ COMMITTED: a unit of work reads without locks; what it writes names the versions that it read.
    """

    def __init__(self, settings: PostgresSettings) -> None:
        self.settings = settings
        self.promises = PROMISES
        self._pool = Pool(settings)
        self.reader = SqlReader(PostgresReading(self._pool))

    def claim(self) -> None:
        """PostgreSQL serves many processes; there is nothing to claim."""

    async def migrate(self) -> None:
        """Bring the tables to the newest form. Safe to run at the same time as others."""
        await migrating.upgrade(self.settings)

    async def is_migrated(self) -> bool:
        """Whether the tables have the form that this version of Titus works with."""
        return await migrating.is_at_head(self.settings)

    async def open(self) -> None:
        """Raises `Unavailable` if the server cannot be reached, or acknowledges what it has not written.

        A server that does not force its disk (`fsync`) is used, but `promises` then says so."""
        durability = await self._pool.open()
        if not durability.synchronous_commit:
            await self.close()
            raise Unavailable("PostgreSQL runs with synchronous_commit = off: it would forget what it acknowledged")
        on_disk = durability.fsync and durability.full_page_writes
        self.promises = msgspec.structs.replace(PROMISES, durable=on_disk)

    async def close(self) -> None:
        await self._pool.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def transact(self, work: Callable[[SqlTx, C], Awaitable[R]], command: C, /) -> R:
        pause = _FIRST_PAUSE
        for _ in range(TRIES - 1):
            try:
                return await self._once(work, command)
            except (Conflict, Lost):
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311  # so that rivals do not meet again
                pause *= 2
        return await self._once(work, command)

    async def _once(self, work: Callable[[SqlTx, C], Awaitable[R]], command: C) -> R:
        async with self._pool.connection() as connection:
            if begun := self._pool.pooled:
                with reading():
                    await connection.execute("BEGIN")
            session = PostgresSession(connection)
            try:
                result = await Guarded(session, work, command)
                await commit(connection, list(session.writes()), begun=begun)
            finally:
                session.end()
        return result

    async def ping(self) -> None:
        """Raises `Unavailable` if the server cannot be reached or cannot write."""
        async with self._pool.connection() as connection:
            with reading():
                if await connection.fetchval("SELECT pg_is_in_recovery()"):
                    raise Unavailable("this PostgreSQL server is a standby: it cannot write")

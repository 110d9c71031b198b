"""The connections of this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import asyncpg

from titus_adapters.postgres.address import parse
from titus_adapters.postgres.failures import Lost, Silent, connecting, reading
from titus_adapters.postgres.settings import PostgresSettings
from titus_core.kernel.errors import Unavailable

_STATEMENTS_KEPT = 512
_SILENCE_SECONDS = 1.0
_CLOSE_SECONDS = 1.0


class Durability(NamedTuple):
    """What the server does at a commit."""

    fsync: bool
    full_page_writes: bool
    synchronous_commit: bool


class Pool:
    """Opens connections when they are needed, and gives each to one user at a time."""

    def __init__(self, settings: PostgresSettings) -> None:
        self._settings = settings
        self._address = parse(settings.url)
        self._pool: Any = None
        self._for_questions = asyncio.Semaphore(max(1, settings.max_connections - settings.kept_for_units))

    @property
    def pooled(self) -> bool:
        """Whether a transaction pooler stands before the server, so that everything needs a transaction."""
        return self._address.pooled

    async def open(self) -> Durability:
        with connecting():
            self._pool = await asyncpg.create_pool(
                min_size=self._settings.min_connections,
                max_size=self._settings.max_connections,
                reset=_leave_as_it_is,
                connection_class=_Connection,
                **connection_options(self._settings),
            )
        async with self.for_question() as connection:
            with connecting():
                return await _durability(connection)

    async def close(self) -> None:
        """Waits for whoever still has a connection, but not for ever: a server that hangs gives none back."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await pool.close()  # cut short, it ends them all

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection for this block; what is left open in it is rolled back."""
        pool = self._pool
        if pool is None:
            raise Unavailable("the PostgreSQL store is not open")
        with connecting():
            connection = await pool.acquire(timeout=self._settings.acquire_seconds)
        try:
            yield connection
        except (Lost, Silent):
            with suppress(asyncpg.InterfaceError):  # it may know already, and be gone
                connection.terminate()
            await pool.expire_connections()  # where one was lost, all are suspect: none is used again
            raise
        finally:
            await self._give_back(pool, connection)

    @asynccontextmanager
    async def for_question(self) -> AsyncIterator[Any]:
        """A connection for a question outside a unit of work: all but the last few. Behind a pooler in a transaction,
        the only thing there that can have limits."""
        with connecting():
            async with asyncio.timeout(self._settings.acquire_seconds):
                await self._for_questions.acquire()
        try:
            async with self.connection() as connection:
                if self.pooled:
                    with reading():
                        await self.begin(connection)
                yield connection
        finally:
            self._for_questions.release()

    async def begin(self, connection: Any) -> None:
        """Begin a transaction, with the limits that a connection to a pooler cannot have."""
        limits = "".join(f"; SET LOCAL {name} = '{value}'" for name, value in _limits(self._settings).items())
        await connection.execute(f"BEGIN{limits}")

    async def _give_back(self, pool: Any, connection: Any) -> None:
        try:
            with connecting():
                if not connection.is_closed() and connection.is_in_transaction():
                    await connection.execute("ROLLBACK")
                await pool.release(connection)
        except Unavailable:
            # It is closed. If the server did not even acknowledge a cancelled statement, the others are as dead.
            await pool.expire_connections()


def connection_options(settings: PostgresSettings) -> dict[str, Any]:
    """How every connection of the application is made."""
    address = parse(settings.url)
    return {
        "dsn": address.dsn,
        "timeout": settings.connect_seconds,
        "command_timeout": settings.statement_seconds + _SILENCE_SECONDS,
        "statement_cache_size": 0 if address.pooled else _STATEMENTS_KEPT,
        "max_cached_statement_lifetime": 0,
        # A pooler's connections belong to everybody: it refuses settings for one of them.
        "server_settings": {"application_name": "titus"} | ({} if address.pooled else _limits(settings)),
    }


def _limits(settings: PostgresSettings) -> dict[str, str]:
    timeout = str(int(settings.statement_seconds * 1000))
    return {"statement_timeout": timeout, "idle_in_transaction_session_timeout": timeout, "jit": "off"}


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg is not typed
    """Closes for sure: the pool closes expired ones with nobody to wait for it, or to hear that it failed."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 (the driver's signature)
        try:
            await super().close(timeout=timeout or _CLOSE_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self.terminate()


async def _leave_as_it_is(connection: Any) -> None:
    """Titus changes nothing about a connection that would have to be reset, and so saves a round trip each time."""


async def _durability(connection: Any) -> Durability:
    names = ", ".join(f"current_setting('{name}')" for name in Durability._fields)
    values = await connection.fetchrow(f"SELECT {names}")  # names from above
    return Durability(*(value != "off" for value in values))

"""The connections of this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import asyncpg

from titus_adapters.postgres.address import parse
from titus_adapters.postgres.failures import Lost, connecting
from titus_adapters.postgres.settings import PostgresSettings
from titus_core.kernel.errors import Unavailable

_STATEMENTS_KEPT = 512


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
                **connection_options(self._settings),
            )
        async with self.connection() as connection:
            with connecting():
                return await _durability(connection)

    async def close(self) -> None:
        """Waits for whoever still has a connection."""
        if self._pool is not None:
            await self._pool.close()
        self._pool = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection for this block; what is left open in it is rolled back."""
        if self._pool is None:
            raise Unavailable("the PostgreSQL store is not open")
        with connecting():
            connection = await self._pool.acquire(timeout=self._settings.acquire_seconds)
        try:
            yield connection
        except Lost:
            with suppress(asyncpg.InterfaceError):  # it may know already, and be gone
                connection.terminate()
            await self._pool.expire_connections()  # where one was lost, all are suspect: none is used again
            raise
        finally:
            with suppress(Unavailable), connecting():  # a connection that cannot be given back is closed: good riddance
                await self._pool.release(connection)


def connection_options(settings: PostgresSettings) -> dict[str, Any]:
    """How every connection of the application is made."""
    address = parse(settings.url)
    timeout = str(int(settings.statement_seconds * 1000))
    limits = {"statement_timeout": timeout, "idle_in_transaction_session_timeout": timeout, "jit": "off"}
    return {
        "dsn": address.dsn,
        "command_timeout": settings.statement_seconds,
        "statement_cache_size": 0 if address.pooled else _STATEMENTS_KEPT,
        "max_cached_statement_lifetime": 0,
        # A pooler's connections belong to everybody: it refuses settings for one of them.
        "server_settings": {"application_name": "titus"} | ({} if address.pooled else limits),
    }


async def _leave_as_it_is(connection: Any) -> None:
    """Titus changes nothing about a connection that would have to be reset, and so saves a round trip each time."""


async def _durability(connection: Any) -> Durability:
    names = ", ".join(f"current_setting('{name}')" for name in Durability._fields)
    values = await connection.fetchrow(f"SELECT {names}")  # names from above
    return Durability(*(value != "off" for value in values))

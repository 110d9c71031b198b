"""PostgreSQL databases for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg


@asynccontextmanager
async def copied(server: str, name: str) -> AsyncIterator[str]:
    """The URL of a copy, as long as the block lasts."""
    url = await copy(server, name)
    try:
        yield url
    finally:
        await drop(server, name)


async def copy(server: str, name: str) -> str:
    """The URL of a copy, under this name, of the database that `server` names; nobody may be connected to that one."""
    template = urlsplit(server).path.removeprefix("/")
    await _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


async def drop(server: str, name: str) -> None:
    await _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(urlunsplit(urlsplit(server)._replace(path="/template1")))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

"""Storing what a unit of work wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from titus_adapters.postgres.combining import combined
from titus_adapters.postgres.failures import writing
from titus_adapters.sql.buffer import Write
from titus_core.kernel.errors import Conflict


async def commit(connection: Any, writes: Sequence[Write], *, begun: bool) -> None:
    """All of it or, with `Conflict` or `Unavailable`, nothing. `begun`: a transaction is open already."""
    if not writes and not begun:
        return
    with writing():
        await finished(_store(connection, writes, begun=begun))


async def finished(work: Coroutine[Any, Any, None]) -> None:
    """Let it end even if the caller is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    failure = task.exception()
    if cancelled is not None:
        raise cancelled
    if failure is not None:
        raise failure


async def _store(connection: Any, writes: Sequence[Write], *, begun: bool) -> None:
    at_once = combined(writes) if writes else None
    if at_once is not None and not begun:
        await connection.fetchval(at_once.text, *at_once.values)  # one statement is its own transaction
        return
    if not begun:
        await connection.execute("BEGIN")
    if at_once is not None:
        await connection.fetchval(at_once.text, *at_once.values)
    else:
        await _one_by_one(connection, writes)
    await connection.execute("COMMIT")


async def _one_by_one(connection: Any, writes: Sequence[Write]) -> None:
    for command, params, expect in writes:
        prepared = command.postgres
        status: str = await connection.execute(prepared.text, *prepared.bind(params))
        touched = int(status.rpartition(" ")[2])
        if expect is not None and touched != expect:
            await connection.execute("ROLLBACK")
            raise Conflict(f"{command.table}: {touched} rows where {expect} was expected")

"""One unit of work on the write connection, run from beginning to end without letting go of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from traceback import walk_tb
from typing import Generic, NamedTuple, TypeVar

from titus_adapters.sql.awaiting import abandon, foreign_await
from titus_adapters.sql.buffer import Buffer
from titus_adapters.sql.statements import Params, Query
from titus_adapters.sql.tx import SqlTx
from titus_core.jobs.model import Causes
from titus_core.kernel.errors import Conflict, ForeignAwait
from titus_core.kernel.events import Envelope

C = TypeVar("C")
R = TypeVar("R")


class SqliteSession(Buffer):
    """Its reads never suspend: whoever suspends has awaited something else."""

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection, causes: Causes) -> None:
        super().__init__(causes)
        self._connection = connection

    async def one(self, query: Query[R], params: Params) -> R | None:
        self.before_read()
        prepared = query.sqlite
        row = self._connection.execute(prepared.text, prepared.bind(params)).fetchone()
        return None if row is None else prepared.read(row)

    async def all(self, query: Query[R], params: Params) -> list[R]:
        self.before_read()
        prepared = query.sqlite
        return [prepared.read(row) for row in self._connection.execute(prepared.text, prepared.bind(params))]

    def flush(self) -> None:
        """Write all that was held back; raises `Conflict` where a row was not as the unit of work saw it."""
        for command, params, expect in self.writes():
            prepared = command.sqlite
            touched = self._connection.execute(prepared.text, prepared.bind(params)).rowcount
            if expect is not None and touched != expect:
                raise Conflict(f"{command.table}: {touched} rows where {expect} was expected")


class Ran(NamedTuple, Generic[R]):
    """What a unit of work came to."""

    result: R
    events: Sequence[Envelope]
    causes_jobs: bool


def run(connection: sqlite3.Connection, causes: Causes, work: Callable[[SqlTx, C], Awaitable[R]], command: C) -> Ran[R]:
    """Run the unit of work and write what it wants written; the caller begins and ends the transaction."""
    session = SqliteSession(connection, causes)
    try:
        result = _drive(work(SqlTx(session), command))
        session.flush()
    finally:
        session.end()
    return Ran(result, session.events, session.causes_jobs)


def _drive(work: Awaitable[R]) -> R:
    running = work.__await__()
    try:
        waited = next(running)
    except StopIteration as done:
        result: R = done.value
        return result
    except Exception as error:
        if _looked_for_a_loop(error):
            raise ForeignAwait(f"a unit of work may await only its tx: {error}") from error
        raise
    refusal = foreign_await(work, waited)
    abandon(running)
    raise refusal


def _looked_for_a_loop(error: Exception) -> bool:
    """Timers, locks and tasks fail at once on this thread: it has no event loop."""
    if isinstance(error, RuntimeError) and "event loop" in str(error):
        return True
    innermost = [frame for frame, _ in walk_tb(error.__traceback__)][-1]
    return str(innermost.f_globals.get("__name__", "")).startswith("asyncio.")

"""One unit of work on one connection: reads go at once, writes wait."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar

from titus_adapters.postgres.failures import reading
from titus_adapters.sql.buffer import Buffer
from titus_adapters.sql.statements import Params, Query
from titus_core.jobs.model import Causes

R = TypeVar("R")


class PostgresSession(Buffer):
    """Each read sees what was committed before it. `asking` while the unit of work waits for the server."""

    __slots__ = ("_connection", "asking")

    def __init__(self, connection: Any, causes: Causes) -> None:
        super().__init__(causes)
        self._connection = connection
        self.asking = False

    async def one(self, query: Query[R], params: Params) -> R | None:
        prepared = query.postgres
        self.before_read()
        row = await self._ask(self._connection.fetchrow(prepared.text, *prepared.bind(params)))
        return None if row is None else prepared.read(row)

    async def all(self, query: Query[R], params: Params) -> list[R]:
        prepared = query.postgres
        self.before_read()
        rows = await self._ask(self._connection.fetch(prepared.text, *prepared.bind(params)))
        return [prepared.read(row) for row in rows]

    async def _ask(self, answer: Awaitable[Any]) -> Any:
        self.asking = True
        try:
            with reading():
                return await answer
        finally:
            self.asking = False

"""The read side: each question on a connection of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from titus_adapters.postgres.failures import Lost, reading
from titus_adapters.postgres.pool import Pool
from titus_adapters.sql.statements import Params, Query

R = TypeVar("R")

_TRIES = 3


class PostgresReading:
    """`titus_adapters.sql.session.Reading` on a pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def one(self, query: Query[R], params: Params) -> R | None:
        prepared = query.postgres
        row = await self._ask(lambda connection: connection.fetchrow(prepared.text, *prepared.bind(params)))
        return None if row is None else prepared.read(row)

    async def all(self, query: Query[R], params: Params) -> list[R]:
        prepared = query.postgres
        rows = await self._ask(lambda connection: connection.fetch(prepared.text, *prepared.bind(params)))
        return prepared.read_all(rows)

    async def _ask(self, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        """A question may be asked again, so a connection that turns out to be gone does no harm."""
        for last in (*(False,) * (_TRIES - 1), True):
            try:
                return await self._ask_once(ask)
            except Lost:
                if last:
                    raise
        raise AssertionError("the last try returned or raised")

    async def _ask_once(self, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        async with self._pool.for_question() as connection:
            with reading():
                return await ask(connection)

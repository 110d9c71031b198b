"""A few read-only connections with a thread each: one hop there and back per question."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

from titus_adapters.sql.statements import Params, Query
from titus_adapters.sqlite.connecting import Connect, identity
from titus_adapters.sqlite.failures import in_our_words
from titus_adapters.sqlite.settings import SqliteSettings
from titus_core.kernel.errors import Unavailable

R = TypeVar("R")


class Readers:
    """`titus_adapters.sql.session.Reading` on threads. A connection that failed is not used again."""

    def __init__(self, settings: SqliteSettings, connect: Connect) -> None:
        self._settings, self._connect = settings, connect
        self._threads = ThreadPoolExecutor(settings.readers, thread_name_prefix="sqlite-reader")
        self._stopped = False
        self._idle: SimpleQueue[tuple[sqlite3.Connection, object]] = SimpleQueue()

    async def one(self, query: Query[R], params: Params) -> R | None:
        found = await self._hop(lambda connection: _rows(connection, query, params, 1))
        return found[0] if found else None

    async def all(self, query: Query[R], params: Params) -> list[R]:
        return await self._hop(lambda connection: _rows(connection, query, params, -1))

    async def stop(self) -> None:
        """Wait for the questions that are being answered, then close. Later ones are refused with `Unavailable`."""
        self._stopped = True
        await asyncio.to_thread(self._threads.shutdown)
        with suppress(Empty):
            while True:
                self._idle.get_nowait()[0].close()

    async def _hop(self, ask: Callable[[sqlite3.Connection], R]) -> R:
        if self._stopped:
            raise Unavailable("The database was closed")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, ask)

    def _answer(self, ask: Callable[[sqlite3.Connection], R]) -> R:
        try:
            connection, file = self._borrow()
        except sqlite3.Error as error:
            raise in_our_words(error) from error
        try:
            answer = ask(connection)
        except sqlite3.Error as error:
            connection.close()
            raise in_our_words(error) from error
        self._idle.put((connection, file))
        return answer

    def _borrow(self) -> tuple[sqlite3.Connection, object]:
        """A connection to the file that has the name now, and which one that is."""
        file = identity(self._settings)
        with suppress(Empty):
            while True:
                connection, its_file = self._idle.get_nowait()
                if its_file == file:
                    return connection, file
                connection.close()
        return self._connect(self._settings), file


def _rows(connection: sqlite3.Connection, query: Query[R], params: Params, most: int) -> list[R]:
    prepared = query.sqlite
    cursor = connection.execute(prepared.text, prepared.bind(params))
    rows = cursor.fetchmany(most) if most >= 0 else cursor.fetchall()
    cursor.close()
    return prepared.read_all(rows)

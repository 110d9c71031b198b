"""A unit of work (or anything else to be done to the file) on its way through the writer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

from titus_adapters.sqlite.failures import in_our_words
from titus_core.kernel.errors import Conflict

TRIES = 8


class TransactionEnded(sqlite3.OperationalError):
    """SQLite rolled the whole transaction back by itself (a full disk, an I/O error)."""


class Job:
    """Runs inside the writer's transaction, behind a savepoint of its own; delivered after the commit."""

    __slots__ = ("_act", "_error", "_future", "_result")

    def __init__(self, act: Callable[[sqlite3.Connection], Any], future: asyncio.Future[Any]) -> None:
        self._act, self._future = act, future
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        """Only a fault of the transaction itself gets out; the job's own errors wait for `deliver`."""
        connection.execute("SAVEPOINT job")
        for _ in range(TRIES):
            if not self._again(connection):
                break
        connection.execute("RELEASE job")

    def _again(self, connection: sqlite3.Connection) -> bool:
        self._result = self._error = None
        try:
            self._result = self._act(connection)
        except BaseException as error:  # the writer serves others too: nobody's error may end it
            if not connection.in_transaction:
                raise TransactionEnded(str(error)) from error
            connection.execute("ROLLBACK TO job")
            self._error = in_our_words(error)
        return isinstance(self._error, Conflict)

    def fail(self, error: BaseException) -> None:
        """The transaction around it came to nothing."""
        self._result, self._error = None, in_our_words(error)

    def deliver(self) -> None:
        """Hand the outcome to the caller, on the caller's loop. One who was cancelled is not there any more."""
        if self._future.done():
            return
        if self._error is None:
            self._future.set_result(self._result)
        else:
            self._future.set_exception(self._error)

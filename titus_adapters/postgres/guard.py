"""Runs a unit of work and watches what it waits for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

from titus_adapters.postgres.session import PostgresSession
from titus_adapters.sql.awaiting import abandon, foreign_await
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sql.tx import SqlTx

C = TypeVar("C")
R = TypeVar("R")


class Guarded(Generic[R]):
    """Await it to run `work`. A wait while the session asks nothing is a wait for something else: `ForeignAwait`."""

    def __init__(
        self, session: PostgresSession, schema: RecordSchema, work: Callable[[SqlTx, C], Awaitable[R]], command: C
    ) -> None:
        self._session = session
        self._work = work(SqlTx(session, schema), command)

    def __await__(self) -> Generator[Any, Any, R]:
        running = self._work.__await__()
        step: Callable[[], Any] = running.__next__
        while True:
            try:
                waited = step()
            except StopIteration as done:
                result: R = done.value
                return result
            if not self._session.asking:
                raise self._refused(running, waited)
            try:
                value = yield waited
                step = _sending(running, value)
            except BaseException as error:  # noqa: BLE001  # a cancellation too belongs to the unit of work
                step = _throwing(running, error)

    def _refused(self, running: Any, waited: Any) -> BaseException:
        error = foreign_await(self._work, waited)
        self._session.end()
        if hasattr(waited, "cancel"):
            waited.cancel()
        abandon(running)
        return error


def _sending(running: Generator[Any, Any, R], value: object) -> Callable[[], Any]:
    return lambda: running.send(value)


def _throwing(running: Generator[Any, Any, R], error: BaseException) -> Callable[[], Any]:
    return lambda: running.throw(error)

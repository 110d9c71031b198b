"""A store whose units of work are traced, each under the name of the use case that it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from titus_adapters.telemetry.observer import Traces
from titus_core.kernel.unit_of_work import Storage

C = TypeVar("C")
R = TypeVar("R")


class TracedStorage:
    """`Storage` over another one: it keeps what that one keeps."""

    def __init__(self, storage: Storage[Any], traces: Traces) -> None:
        self._storage = storage
        self._traces = traces

    async def transact(self, work: Callable[[Any, C], Awaitable[R]], command: C, /) -> R:
        with self._traces.span(f"transact {work.__module__.rpartition('.')[2]}"):
            return await self._storage.transact(work, command)

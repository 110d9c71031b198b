"""The memory store, with a look at what is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.tx import MemoryTx
from titus_core.jobs.model import Causes, nothing
from titus_core.kernel.events import Envelope

C = TypeVar("C")
R = TypeVar("R")


class TrailStore(MemoryStore):
    """`trail` holds the envelopes of all commits, in order."""

    def __init__(self, causes: Causes = nothing) -> None:
        super().__init__(causes=causes)
        self.trail: list[Envelope] = []

    def events(self, subject: str) -> list[Any]:
        """What the trail holds about `subject`."""
        return [envelope.event for envelope in self.trail if envelope.subject == subject]

    async def transact(self, work: Callable[[MemoryTx, C], Awaitable[R]], command: C, /) -> R:
        recorded: list[Envelope] = []

        async def watched(tx: MemoryTx, same: C) -> R:
            recorded.clear()
            record = tx.record

            def note(*envelopes: Envelope) -> None:
                recorded.extend(envelopes)
                record(*envelopes)

            tx.record = note  # type: ignore[method-assign]
            return await work(tx, same)

        result = await super().transact(watched, command)
        self.trail.extend(recorded)
        return result

"""The store in memory: a model of the SQL stores, fast enough for thousands of simulated histories a second."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from titus_adapters.bell import Bell
from titus_adapters.memory.faults import Faults
from titus_adapters.memory.feed import MemoryFeed
from titus_adapters.memory.jobs import MemoryJobs
from titus_adapters.memory.reader import MemoryReader
from titus_adapters.memory.state import State
from titus_adapters.memory.tx import MemoryTx
from titus_adapters.memory.unit import Unit
from titus_adapters.system import SystemClock
from titus_adapters.working import Worker
from titus_core.calls.ports import Delivery
from titus_core.jobs.model import Causes, nothing
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Conflict, ForeignAwait, Unavailable
from titus_core.kernel.promises import Promises
from titus_core.kernel.unit_of_work import Tap, Untapped

C = TypeVar("C")
R = TypeVar("R")

RUNS = 8
"""How often a unit of work runs before a conflict is told to its caller."""

PROMISES = Promises(
    atomic=True,
    optimistic_locking=True,
    read_your_writes=True,
    unique_keys=True,
    durable=False,
    many_processes=False,
)


class MemoryStore:
    """`Storage` and all readers, for one event loop. It never suspends, so it may be driven without a loop.

    `faults` makes units of work fail on purpose. Closing keeps the rows: opening again is a restart that lost nothing.
    """

    promises = PROMISES

    def __init__(self, *, causes: Causes = nothing, clock: Clock | None = None) -> None:
        self._state = State()
        self._causes = causes
        self._open = True
        self.tap: Tap = Untapped()
        self.faults = Faults()
        self.reader = MemoryReader(self._state)
        self._bell = Bell()
        self.feed = MemoryFeed(self._state, self._bell)
        self._job_bell = Bell()
        self.jobs = MemoryJobs(self._state, clock or SystemClock(), self.ping)
        self.worker = Worker(self.jobs, self._job_bell)

    def deliveries(self) -> tuple[Delivery, ...]:
        """Every webhook that is kept, as it is kept, the oldest first."""
        return tuple(stored.delivery for stored in self._state.deliveries.values())

    async def open(self) -> None:
        self._open = True

    async def close(self) -> None:
        self._open = False

    async def ping(self) -> None:
        """Raises `Unavailable` unless the store can work."""
        if not self._open:
            raise Unavailable

    async def transact(self, work: Callable[[MemoryTx, C], Awaitable[R]], command: C, /) -> R:
        await self.ping()
        for _ in range(RUNS):
            unit = Unit()
            try:
                result = _drive(work(MemoryTx(self._state, unit, self._causes), command))
            finally:
                unit.end()
            self.faults.strike_before()
            try:
                unit.commit()
            except Conflict:
                self.tap.conflicted()
                continue
            self._bell.ring()
            self._job_bell.ring()
            self.tap.stored(unit.events)
            self.faults.strike_after()
            return result
        raise Conflict


def _drive(work: Awaitable[R]) -> R:
    """Nothing of the tx ever suspends: whatever does is foreign."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as done:
        result: R = done.value
        return result
    except RuntimeError as error:
        # Sleeping, gathering and timeouts look for the running loop first, and there may be none.
        if "no running event loop" in str(error):
            raise ForeignAwait from error
        raise
    with suppress(RuntimeError):  # a work that awaits again while it is being closed
        steps.close()
    raise ForeignAwait

"""One unit of work, shaped as a function: `await storage.transact(work, command)`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from titus_core.kernel.events import Envelope

Tx_co = TypeVar("Tx_co", covariant=True)
C = TypeVar("C")
R = TypeVar("R")


class Records(Protocol):
    """The part of every tx that keeps events."""

    def record(self, *envelopes: Envelope) -> None:
        """Keep these events in this commit, in this order."""
        ...


class Storage(Protocol[Tx_co]):
    """Runs a function on a consistent store, all or nothing.

    An implementer MUST:

    - store everything that `work` wrote, or nothing of it; acknowledge only what survives a power cut;
    - show `work` all that was committed before it began;
    - hold writes back until `work` returns, and raise `ReadAfterWrite` if it reads after its first write;
    - run `work` again when a concurrent commit made a written version stale, and raise `Conflict` when that
      did not help; so `work` has no effect but on its tx;
    - raise `ForeignAwait` if `work` awaits anything but its tx;
    - raise `Unavailable` when the store cannot be reached, is full, or is locked for too long;
    - let errors of `work` through unchanged, storing nothing;
    - finish a commit that began even if the caller is cancelled.
    """

    async def transact(self, work: Callable[[Tx_co, C], Awaitable[R]], command: C, /) -> R: ...


class Tap(Protocol):
    """Hears what a store does, for whoever counts. An implementer MUST be quick, wait for nothing, raise nothing (a
    caller may be waiting for the commit that it hears of), and bear being told on any thread."""

    def stored(self, events: Sequence[Envelope]) -> None:
        """A unit of work is stored for good; these events were recorded in it."""
        ...

    def conflicted(self) -> None:
        """A concurrent commit won against a unit of work, which runs again unless it did so often enough."""
        ...


class Untapped:
    """Nobody listens."""

    def stored(self, events: Sequence[Envelope]) -> None:
        pass

    def conflicted(self) -> None:
        pass

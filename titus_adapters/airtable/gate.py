"""The one way to a base: Airtable allows five requests a second for all callers together, and refuses everybody for
half a minute when there was a sixth (../shared/facts/airtable-and-migration.md §1.1)."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Callable
from itertools import count
from typing import Protocol, TypeAlias

from titus_core.kernel.errors import Unavailable

COOL_OFF = 30.0
"""Seconds in which Airtable refuses everything after a 429."""

JITTER = 3.0
"""Seconds on top, at most: several processes must not come back at the same moment."""


TRIES_AGAIN_AFTER = 3600.0
"""Seconds for which nobody asks once the month's quota is used up. Then one request does: there may be a new month, or
a larger plan."""


Ticket: TypeAlias = tuple[int, int]
"""Who goes first, and its number."""


class Time(Protocol):
    """Seconds that only grow, and waiting for some."""

    def now(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class LoopTime:
    """The event loop's."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Gate:
    """Lets requests begin one after another, at most `rate` a second; those that a person waits for go first. Whoever
    had a turn says when the request has `left`: until then nobody else begins, for opening a connection takes longer
    than the room between two requests, and it is their coming that Airtable counts.

    After `cool_off` nobody passes for half a minute; after `shut` nobody does for an hour, or until `reopen`: the
    month's quota is used up, and no waiting helps."""

    def __init__(self, rate: float, *, time: Time | None = None, jitter: Callable[[], float] = random.random) -> None:
        self._pause = 1.0 / rate
        self._time = time or LoopTime()
        self._jitter = jitter
        self._free_at = 0.0
        self._queue: list[Ticket] = []
        self._leaving: Ticket | None = None
        self._numbers = count()
        self._moved = asyncio.Event()
        self._shut_because = ""
        self._shut_until = 0.0

    async def turn(self, *, hurry: bool) -> Ticket:
        """Return when one request may begin. Raises `Unavailable` while the gate is shut."""
        ticket: Ticket = (0 if hurry else 1, next(self._numbers))
        heapq.heappush(self._queue, ticket)
        try:
            await self._until_first(ticket)
            self._free_at, self._leaving = max(self._free_at, self._time.now()) + self._pause, ticket
        finally:
            self._queue.remove(ticket)
            heapq.heapify(self._queue)
            self._wake()
        return ticket

    def left(self, ticket: Ticket) -> None:
        """The request of this turn is on its way, or will never be. It may be said more than once."""
        if self._leaving == ticket:
            self._free_at, self._leaving = max(self._free_at, self._time.now() + self._pause), None
            self._wake()

    def cool_off(self) -> None:
        """Airtable refused a request because there were too many."""
        self._free_at = max(self._free_at, self._time.now() + COOL_OFF + JITTER * self._jitter())

    @property
    def shut_because(self) -> str | None:
        """Why nobody passes; None: they do."""
        return self._shut_because if self._time.now() < self._shut_until else None

    @property
    def breaker_state(self) -> str:
        """`open` while it is shut."""
        return "closed" if self.shut_because is None else "open"

    def shut(self, reason: str) -> None:
        self._shut_because, self._shut_until = reason, self._time.now() + TRIES_AGAIN_AFTER
        self._wake()

    def reopen(self) -> None:
        self._shut_until = 0.0

    async def _until_first(self, ticket: Ticket) -> None:
        while True:
            shut = self.shut_because
            if shut is not None:
                raise Unavailable(shut, provider="airtable")
            if self._leaving is not None or self._queue[0] != ticket:
                await self._moved.wait()
                continue
            wait = self._free_at - self._time.now()
            if wait <= 0:
                return
            await self._time.sleep(wait)

    def _wake(self) -> None:
        """Whoever waits looks where they stand now."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

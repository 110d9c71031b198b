"""Work that nobody waits for, on a task of its own."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context
from typing import NamedTuple

from titus_adapters.bell import Bell

PATIENCE = 10.0
"""Seconds for one piece of work; what takes longer hangs."""

MOST_WAITING = 2_000
"""Pieces; each holds a page of records at most."""


class _Work(NamedTuple):
    do: Callable[[], Awaitable[None]]
    ended: Callable[[Exception | None], None]


class TaskAside:
    """`records.shadow.ports.Aside`. Its task begins with the first work, and ends with `close`."""

    def __init__(self, patience: float = PATIENCE, most: int = MOST_WAITING) -> None:
        self._patience = patience
        self._most = most
        self._waiting: deque[_Work] = deque()
        self._pausing = 0
        self._bell = Bell()
        self._empty = asyncio.Event()
        self._empty.set()
        self._main: asyncio.Task[None] | None = None

    def begin(
        self, work: Callable[[], Awaitable[None]], ended: Callable[[Exception | None], None], pause: float = 0.0
    ) -> bool:
        if len(self._waiting) + self._pausing >= self._most:
            return False
        self._empty.clear()
        if self._main is None:
            # A request's context must not live on in what comes after it.
            self._main = asyncio.create_task(self._work_off(), name="aside", context=Context())
        if pause:
            self._pausing += 1
            asyncio.get_running_loop().call_later(pause, self._take, _Work(work, ended), True)
        else:
            self._take(_Work(work, ended), False)
        return True

    async def drain(self) -> None:
        """Wait until all that was begun is done, and all that it began."""
        await self._empty.wait()

    async def close(self, seconds: float = PATIENCE) -> None:
        """Finish what waits, if that does not take longer than so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.drain()
        if self._main is not None:
            self._main.cancel()
            await asyncio.gather(self._main, return_exceptions=True)
            self._main = None

    def _take(self, work: _Work, paused: bool) -> None:
        self._pausing -= paused
        self._waiting.append(work)
        self._bell.ring()

    async def _work_off(self) -> None:
        while True:
            while self._waiting:
                await self._do(self._waiting.popleft())
            if not self._pausing:
                self._empty.set()
            await self._bell.wait(3600.0)

    async def _do(self, work: _Work) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await work.do()
        except Exception as error:  # noqa: BLE001 (whoever began it is told)
            work.ended(error)
        else:
            work.ended(None)

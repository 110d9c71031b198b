"""Whoever holds a telephone goes before what nobody waits for: both share the processor, and the loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

LONGEST = 0.1
"""Seconds that something else waits or rests at most: beside callers without end, it still goes on."""


class CallersFirst:
    """Callers' requests under way in this process, and what waits for them to be answered."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._under_way = 0
        self._none = asyncio.Event()
        self._none.set()
        self._one = asyncio.Lock()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """While a caller's request is worked on."""
        self._under_way += 1
        self._none.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._none.set()

    async def turn(self) -> None:
        """Return when no caller's request is under way, or after the longest wait."""
        if not self._under_way:
            return
        try:
            async with asyncio.timeout(self._longest):
                await self._none.wait()
        except TimeoutError:
            return

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """One at a time, each in its turn, and then a rest as long as it took: hundreds of them at once take half of a
        process and of the database behind it, and no more."""
        async with self._one:
            await self.turn()
            loop = asyncio.get_running_loop()
            began = loop.time()
            yield
            await asyncio.sleep(min(loop.time() - began, self._longest))

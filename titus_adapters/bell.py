"""Wakes whoever waits for new events in this process."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Bell:
    """For one waiting task. Rung while nobody waits, it ends the next wait at once."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when it rings, or after so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

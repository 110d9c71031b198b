"""The process was told to end: what goes on for ever looks here."""

from __future__ import annotations

import asyncio


class Stopping:
    """`tell` it once; from then on `told` is true, and `wait` returns."""

    def __init__(self) -> None:
        self._told = asyncio.Event()

    @property
    def told(self) -> bool:
        return self._told.is_set()

    def tell(self) -> None:
        self._told.set()

    async def wait(self, seconds: float | None = None) -> None:
        """Return when it is told, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._told.wait()
        except TimeoutError:
            return

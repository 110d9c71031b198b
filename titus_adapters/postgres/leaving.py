"""Callers who leave (their time is up) go at once. What they began is ended without them: given up, or, if its commit
has begun, finished."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar("R")


class Leaving:
    """Keeps what was left until it has ended. Each of these holds a connection, so closing the pool waits for them."""

    def __init__(self) -> None:
        self._left: set[asyncio.Task[Any]] = set()

    async def free(self, unit: Coroutine[Any, Any, R]) -> R:
        """Run this for a caller who may be cancelled. A driver that cancels waits for the server to agree, which a
        server that hangs never does."""
        task = asyncio.ensure_future(unit)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.done():
                self._left.add(task)
                task.add_done_callback(self._left.discard)
                task.cancel()
            raise

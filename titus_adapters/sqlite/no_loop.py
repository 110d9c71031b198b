"""The event loop of the writer's thread: none."""

from __future__ import annotations

import asyncio
from typing import Any


class NoLoop(asyncio.AbstractEventLoop):
    """Takes tasks and never runs them, so that a unit of work that starts some stands still and is refused, and leaves
    none behind. Everything else that one may ask of a loop fails."""

    def create_task(self, coro: Any, **_: Any) -> Any:
        coro.close()
        return asyncio.Future(loop=self)

    def get_debug(self) -> bool:
        return False

"""The event loop of a unit of work: none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _NoLoop(asyncio.AbstractEventLoop):
    """Takes tasks and never runs them, so that a unit of work that starts some stands still and is refused, and leaves
    none behind. Everything else that one may ask of a loop fails."""

    def create_task(self, coro: Any, **_: Any) -> Any:
        coro.close()
        return asyncio.Future(loop=self)

    def get_debug(self) -> bool:
        return False


_NOWHERE = _NoLoop()  # type: ignore[abstract]  # nobody may ask it for more


@contextmanager
def no_loop() -> Iterator[None]:
    """In this block, whoever looks for the running loop of this thread finds this one."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(_NOWHERE)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)

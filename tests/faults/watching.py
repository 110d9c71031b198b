"""Looks at a server all the time: is it alive, is it ready, does it answer an administrator?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from tests.faults.http_line import Asked, Line, request

ALIVE, READY, LIST = PATHS = ("/api/health", "/api/health/ready", "/api/voice/hunt-groups")
NEVER = float("inf")
BACK_WITHIN = 30.0
"""Seconds after which nobody waits any more."""


class Watch:
    """Asks whether it is alive, whether it is ready, and for a list, all the time."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._headers = port, {"Authorization": f"Bearer {token}"}
        self.asked: dict[str, list[Asked]] = {path: [] for path in PATHS}
        self._over = False
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._ask(path)) for path in PATHS]

    async def end(self) -> None:
        self._over = True
        await asyncio.gather(*self._tasks)

    async def until_back(self, ended: float) -> list[str]:
        """Wait until all is well again."""
        deadline = ended + BACK_WITHIN
        while any(self.first(path, 200, ended) == NEVER for path in PATHS):
            if time.monotonic() > deadline:
                return [f"it was not back after {BACK_WITHIN:.0f} s"]
            await asyncio.sleep(0.01)
        return []

    def first(self, path: str, status: int, since: float) -> float:
        """When this was first answered since then."""
        done = (each.done for each in self.asked[path] if each.status == status and each.done >= since)
        return next(done, NEVER)

    async def _ask(self, path: str) -> None:
        line = Line(self._port)
        while not self._over:
            self.asked[path].append(await line.ask(request("GET", path, self._headers)))
            await asyncio.sleep(0.02)
        line.close()

    def wrong(self) -> Iterator[str]:
        """It is always alive; otherwise it works, or says that it does not and when to come back."""
        for path, asked in self.asked.items():
            for each in asked:
                away = each.status == 503 and "retry-after" in each.headers and path != ALIVE
                if each.status != 200 and not away:
                    yield f"{path} was answered {each.status} {each.body!r}"

"""Time that moves only when everybody waits for it: an hour of requests in a moment, each at its exact time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count
from typing import Any

import httpx

_SETTLES = 50
"""Rounds of the loop after which whoever could run did: a request passes a few layers, each a round or two."""


class SteppedTime:
    """`airtable.gate.Time`. Begins at `start`, UTC seconds since the epoch."""

    def __init__(self, start: float = 1_764_550_800.0) -> None:
        self._now = start
        self._numbers = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._numbers), woken))
        await woken

    async def run(self, *doing: Coroutine[Any, Any, Any]) -> list[Any]:
        """All of these at once, to their ends; errors are among the results."""
        tasks = [asyncio.ensure_future(one) for one in doing]
        while not all(task.done() for task in tasks):
            for _ in range(_SETTLES):
                await asyncio.sleep(0)
            self._step()
        return await asyncio.gather(*tasks, return_exceptions=True)

    def _step(self) -> None:
        while self._sleepers:
            at, _, woken = heapq.heappop(self._sleepers)
            if not woken.cancelled():
                self._now = max(self._now, at)
                woken.set_result(None)
                return


class SlowLine(httpx.AsyncBaseTransport):
    """A way that takes half of `latency` there and half of it back, and what `spread` says more there, one request
    after the other. `opening`: for so long the first few requests open their connections."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        time: SteppedTime,
        latency: float = 0.0,
        spread: list[float] | None = None,
        opening: list[float] | None = None,
    ) -> None:
        self._inner = inner
        self._time = time
        self._latency = latency
        self._spread = spread or [0.0]
        self._opening = opening or []
        self._sent = count()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._opening:
            await self._time.sleep(self._opening.pop(0))
        await request.extensions["trace"]("http11.send_request_headers.started", {})
        more = self._spread[next(self._sent) % len(self._spread)]
        await self._time.sleep(self._latency / 2 + more)
        response = await self._inner.handle_async_request(request)
        await self._time.sleep(self._latency / 2)
        return response

"""A client of `/api/events` on a server process: it keeps what it heard, and can go on at another one."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx

from tests.event_stream import EventReader, Message
from tests.faults.live.processes import READY_WITHIN


class Listener:
    """Listens from `begin` until the stream ends or `leave`. `last_id` is where it would go on."""

    def __init__(self, token: str) -> None:
        self.messages: list[Message] = []
        self._headers = {"Authorization": f"Bearer {token}"}
        self._reader = EventReader()
        self._task: asyncio.Task[None] | None = None

    @property
    def last_id(self) -> str:
        return self._reader.last_id

    async def begin(self, port: int) -> None:
        """Listen there from now on, or behind what it heard last."""
        begun = asyncio.Event()
        self._task = asyncio.create_task(self._listen(port, begun))
        async with asyncio.timeout(READY_WITHIN):
            await begun.wait()

    async def leave(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])

    async def cut_off(self) -> None:
        """Wait until the stream ends."""
        assert self._task is not None
        async with asyncio.timeout(READY_WITHIN):
            await self._task

    async def heard(self, count: int) -> None:
        """Wait until it heard so many."""
        async with asyncio.timeout(READY_WITHIN):
            while len(self.messages) < count:  # noqa: ASYNC110 (another task's list)
                await asyncio.sleep(0.01)

    async def _listen(self, port: int, begun: asyncio.Event) -> None:
        last = {"Last-Event-ID": self.last_id} if self.last_id else {}
        self._reader = EventReader(self.last_id)  # half a message is worth nothing
        async with (
            httpx.AsyncClient(timeout=None) as http,  # noqa: S113 (it may be silent for long)
            http.stream("GET", f"http://127.0.0.1:{port}/api/events", headers={**self._headers, **last}) as answer,
        ):
            assert answer.status_code == 200
            with suppress(httpx.TransportError):
                async for chunk in answer.aiter_bytes():
                    self.messages += self._reader.feed(chunk)
                    begun.set()

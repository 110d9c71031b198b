"""A listener of `/api/events`, at the level of ASGI: it can stop reading, and go away."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

from tests.event_stream import EventReader, Message
from tests.http.staff_app import StaffWorld

PATIENCE = 10


class Listening:
    """For `async with`: waits until the answer begins, and goes away at the end."""

    def __init__(self, world: StaffWorld, headers: dict[str, str], last_id: str = "", *, query: str = "") -> None:
        sent = {**headers, **({"Last-Event-ID": last_id} if last_id else {})}
        self._world = world
        self._scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "https",
            "path": "/api/events", "raw_path": b"/api/events", "query_string": query.encode(), "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "server": ("titus.example", 443), "client": ("127.0.0.1", 1), "state": {},
        }  # fmt: skip
        self._asked = False
        self._left = asyncio.Event()
        self._moved = asyncio.Condition()
        self.reads = asyncio.Event()
        self.reads.set()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.reader = EventReader(last_id)
        self.messages: list[Message] = []
        self.ended = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._world.app(self._scope, self._receive, self._send))
        await self._until(lambda: self.status != 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self.reads.set()
        async with asyncio.timeout(PATIENCE):
            await self._task

    async def heard(self, count: int) -> list[Message]:
        """All messages so far, as soon as there are so many."""
        await self._until(lambda: len(self.messages) >= count)
        return self.messages

    async def pinged(self, count: int) -> None:
        await self._until(lambda: len(self.reader.comments) >= count)

    async def over(self) -> None:
        """Wait until the answer ends by itself."""
        await self._until(lambda: self.ended)

    async def _until(self, holds: Any) -> None:
        async with asyncio.timeout(PATIENCE), self._moved:
            await self._moved.wait_for(holds)

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        async with self._moved:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                self.body += message["body"]
                if self.headers["content-type"].startswith("text/event-stream"):
                    self.messages += self.reader.feed(message["body"])
                self.ended = not message.get("more_body", False)
            self._moved.notify_all()

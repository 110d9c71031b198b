"""Calls an ASGI application by hand: no socket, no server, and no client library that would repair a request."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import unquote

import msgspec

HANGS_AFTER = 60.0
"""Seconds that an answer may be waited for. Nothing in a world in memory waits: it is either at work or stuck."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What arrives on the wire. `target` is the path and query as sent; `chunks` are the pieces that the body comes in;
    `leaves`: the client goes away after them, in the middle of the body."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    chunks: tuple[bytes, ...] = ()
    leaves: bool = False

    @property
    def path(self) -> str:
        """The path as a server decodes it for the application."""
        return unquote(self.target.partition(b"?")[0].decode("latin-1"))


class Answer(msgspec.Struct, frozen=True):
    """`status` 0: there was none. `seconds` are of the processor, for other programs share the machine. `escaped` is
    the exception that came out of the application."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    seconds: float
    escaped: BaseException | None = None

    def header(self, name: bytes) -> bytes:
        return next((value for key, value in self.headers if key.lower() == name), b"")


async def call(app: Any, request: Request) -> Answer:
    """The application's answer; whatever it raises is part of it."""
    sent: list[dict[str, Any]] = []
    escaped: BaseException | None = None

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    began = time.thread_time()
    try:
        async with asyncio.timeout(HANGS_AFTER):
            await app(_scope(request), _Body(request), send)
    except Exception as error:  # noqa: BLE001 (whatever comes out is what the caller looks for)
        escaped = error
    seconds = time.thread_time() - began
    start: dict[str, Any] = next(
        (message for message in sent if message["type"] == "http.response.start"), {"status": 0}
    )
    body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    return Answer(start["status"], tuple(start.get("headers", ())), body, seconds, escaped)


class _Body:
    """`receive`: the chunks, and then for ever the news that the client is gone."""

    def __init__(self, request: Request) -> None:
        chunks = request.chunks or (b"",)
        last = len(chunks) - 1
        self._messages = iter(
            [
                {"type": "http.request", "body": chunk, "more_body": request.leaves or place < last}
                for place, chunk in enumerate(chunks)
            ]
        )

    async def __call__(self) -> dict[str, Any]:
        return next(self._messages, {"type": "http.disconnect"})


def _scope(request: Request) -> dict[str, Any]:
    path, _, query = request.target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": list(request.headers),
        "client": ("192.0.2.1", 50000),
        "server": ("127.0.0.1", 3000),
        "state": {},
    }

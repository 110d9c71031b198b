"""An application behind the server that Titus uses, in this process, with limits that a test can wait for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any

from titus_http.connections import Limits, TimedProtocol
from titus_http.server import TimedServer, config_for

QUICK = Limits(
    head=0.4,
    body=0.6,
    long_body=3.0,
    idle=1.2,
    unread=0.4,
    head_at_stop=0.4,
    body_at_stop=0.5,
    connections=20,
    spare=3,
)
"""Limits in tenths of a second."""


class QuickProtocol(TimedProtocol):
    limits = QUICK


class Served(TimedServer):
    """The test gets the signals, not the server."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # a generator, for uvicorn
        return nullcontext()


class Client:
    """A connection that sends what it is told to, and nothing else."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, data: bytes) -> None:
        """The other side may be gone already: what it said then is still to be read."""
        with suppress(ConnectionError):
            self._writer.write(data)
            await self._writer.drain()

    async def read(self, count: int) -> bytes:
        async with asyncio.timeout(10):
            return await self._reader.readexactly(count)

    async def rest(self) -> bytes:
        """What comes until the other side closes; `reset` at the end if it did so harshly."""
        got = b""
        try:
            async with asyncio.timeout(20):
                while piece := await self._reader.read(65536):
                    got += piece
        except ConnectionError:
            got += b"reset"
        return got

    async def closed(self) -> bool:
        """Whether the other side closes without a word."""
        return await self.rest() in {b"", b"reset"}

    def hang_up(self) -> None:
        self._writer.transport.abort()


class Service:
    """The application, served. Its clients are gone at the end."""

    def __init__(self, server: Served, port: int) -> None:
        self.server, self.port = server, port
        self._clients: list[Client] = []

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    async def client(self, start: bytes = b"") -> Client:
        """A new connection on which this is sent."""
        client = Client(*await asyncio.open_connection("127.0.0.1", self.port, limit=16 * 1024))
        self._clients.append(client)
        await client.send(start)
        return client

    async def answer(self, request: bytes) -> bytes:
        """What is answered until the connection ends."""
        return await (await self.client(request)).rest()

    def hang_up(self) -> None:
        for client in self._clients:
            client.hang_up()


@asynccontextmanager
async def serving(app: Any, protocol: type[TimedProtocol] = QuickProtocol) -> AsyncIterator[Service]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    server = Served(config_for(app, "127.0.0.1", 0, protocol=protocol))
    task = asyncio.create_task(server.serve([listener]))
    service = Service(server, listener.getsockname()[1])
    try:
        await until(lambda: server.started)
        yield service
    finally:
        service.hang_up()
        server.should_exit = True
        await task


async def until(true: Callable[[], bool]) -> None:
    """Wait for what another task is about to do."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 (what is waited for tells nobody)
            await asyncio.sleep(0.01)


def get(path: str = "/", headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: titus\r\n{headers}\r\n".encode()


def post(path: str, length: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: titus\r\nContent-Length: {length}\r\n\r\n".encode()

"""A TCP proxy before a server, with toxics named as Toxiproxy names them. One at a time, in both directions, on
connections that exist and on new ones; each has a value of its own kind."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeAlias

import msgspec

_RESET = struct.pack("ii", 1, 0)
_PIECE = 64 * 1024


class Link(msgspec.Struct):
    """One direction of one connection. `held`: what `timeout` keeps until it is over, as TCP sends again."""

    writer: asyncio.StreamWriter
    passed: int = 0

    async def send(self, data: bytes) -> None:
        self.passed += len(data)
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        sock: socket.socket = self.writer.get_extra_info("socket")
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.writer.transport.abort()


class Proxy:
    """Listens on `port` of the loopback between `async with`; `upstream` is a Unix socket's path, or a port of the
    loopback."""

    def __init__(self, upstream: Path | int) -> None:
        self._upstream = upstream
        self.port = 0
        self._server: asyncio.Server | None = None
        self._toxic, self._value = "", 0.0
        self._healthy = asyncio.Event()
        self._healthy.set()
        self._links: set[Link | int] = set()
        self._open: dict[int, Link] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.poison("down")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def poison(self, toxic: str, value: float = 0.0) -> None:
        """From now on: `latency` (seconds, up to twice that), `timeout` (nothing comes through until it is over),
        `reset_peer`, `slow_close` (seconds), `limit_data` (bytes of a connection), `slicer` (bytes of a piece),
        `bandwidth` (bytes a second), or `down`."""
        self._toxic, self._value = toxic, value
        self._healthy.clear()
        if toxic in {"down", "reset_peer"}:
            for link in list(self._open.values()):
                link.reset()
        if toxic == "down" and self._server is not None:
            self._server.close()
            self._server = None

    async def heal(self) -> None:
        self._toxic = ""
        self._healthy.set()
        if self._server is None:
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.CancelledError):
            if self._toxic == "timeout":
                await self._healthy.wait()
            there, back = await self._connect()
            await asyncio.gather(self._pump(reader, Link(back)), self._pump(there, Link(writer)))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._upstream, int):
            return await asyncio.open_connection("127.0.0.1", self._upstream)
        return await asyncio.open_unix_connection(str(self._upstream))

    async def _pump(self, reader: asyncio.StreamReader, link: Link) -> None:
        self._open[id(link)] = link
        try:
            while data := await reader.read(_PIECE):
                await _TOXICS[self._toxic](self, link, data)
            if self._toxic == "slow_close":
                await asyncio.sleep(self._value)
        except OSError:
            link.reset()
        finally:
            del self._open[id(link)]
            link.writer.close()

    async def _through(self, link: Link, data: bytes) -> None:
        await link.send(data)

    async def _latency(self, link: Link, data: bytes) -> None:
        await asyncio.sleep(self._value * random.uniform(1, 2))  # noqa: S311 (no secret)
        await link.send(data)

    async def _timeout(self, link: Link, data: bytes) -> None:
        await self._healthy.wait()
        await link.send(data)

    async def _reset(self, link: Link, data: bytes) -> None:
        link.reset()
        raise ConnectionResetError

    async def _limit(self, link: Link, data: bytes) -> None:
        await link.send(data[: max(0, int(self._value) - link.passed)])
        if link.passed >= self._value:
            raise ConnectionResetError

    async def _slice(self, link: Link, data: bytes) -> None:
        size = int(self._value)
        for start in range(0, len(data), size):
            await link.send(data[start : start + size])
            await asyncio.sleep(0)

    async def _slow_down(self, link: Link, data: bytes) -> None:
        await asyncio.sleep(len(data) / self._value)
        await link.send(data)


Apply: TypeAlias = Callable[[Proxy, Link, bytes], Awaitable[None]]

_TOXICS: dict[str, Apply] = {
    "": Proxy._through,
    "latency": Proxy._latency,
    "timeout": Proxy._timeout,
    "reset_peer": Proxy._reset,
    "slow_close": Proxy._through,
    "limit_data": Proxy._limit,
    "slicer": Proxy._slice,
    "bandwidth": Proxy._slow_down,
    "down": Proxy._reset,
}

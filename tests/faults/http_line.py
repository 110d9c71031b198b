"""A connection that asks one thing after another, and says exactly what became of each."""

from __future__ import annotations

import asyncio
import time

import msgspec

from titus_http.bootstrap import TEST_BASE_URL

_WITHIN = 30.0


class Asked(msgspec.Struct, frozen=True):
    """One request: when it was sent and when the answer was whole (monotonic seconds), and what came. `status` 0: no
    answer; `cut`: some bytes of one."""

    request: bytes
    sent: float
    done: float
    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = {}
    cut: bool = False

    @property
    def seconds(self) -> float:
        return self.done - self.sent


class Line:
    """Connects when it must, and keeps the connection while the server does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> Asked:
        sent, head = time.monotonic(), b""
        try:
            async with asyncio.timeout(_WITHIN):
                reader, writer = self._streams or await asyncio.open_connection("127.0.0.1", self._port)
                self._streams = reader, writer
                sent = time.monotonic()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                status, headers = _read_head(head)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            partial = isinstance(error, asyncio.IncompleteReadError) and bool(error.partial)
            return Asked(request, sent, time.monotonic(), cut=partial or bool(head))
        if headers.get("connection") == "close":
            self.close()
        return Asked(request, sent, time.monotonic(), status, body, headers)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
        self._streams = None


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    host = TEST_BASE_URL.removeprefix("https://")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + body


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}

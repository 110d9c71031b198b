"""Connections that cannot hang. uvicorn waits for ever for a request's head, for its body, and for someone who does not
read the answer (`reliability-and-security.md` §0.7, measured): a few hundred such clients, or a SIGTERM, and Titus
would be waiting for them.

The times are looked at from outside, a few times a second for all connections together; what a request pays is a few
assignments.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import ClassVar, Literal

import msgspec
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LOOKED_AT_EVERY = 0.25
"""Seconds between two looks at the times."""

NEVER_SHED = (b"/api/voice/webhook/", b"/api/voice/elevenlabs/", b"/api/health", b"/metrics")
"""A caller waits behind the webhooks, and a crowded server is no dead one: nobody shall restart it, or be blind."""

LONG_BODIES = (b"/api/voice/elevenlabs/post-call",)
"""Sound comes here, hundreds of megabytes in one request: it may take long, but may not pause."""


class Limits(msgspec.Struct, frozen=True):
    """Seconds a client may take for a head, for a body (a long one: for a pause in it, and for all of it), between
    requests, and to read an answer; at a stop, for the rest of a head or a body. Bytes of a head; connections, and how
    many more if none of them hangs."""

    head: float = 10.0
    body: float = 15.0
    long_body: float = 300.0  # 307 MB (`elevenlabs/post_call.py`) at 8 Mbit/s; what is slower is fetched by a job
    idle: float = 65.0  # longer than a proxy keeps a connection, so that it is not we who close it under a request
    unread: float = 30.0
    head_at_stop: float = 1.0
    body_at_stop: float = 3.0
    head_bytes: int = 64 * 1024
    connections: int = 700  # below the 1,024 files that a process usually may have open
    spare: int = 100


class TimedProtocol(HttpToolsProtocol):
    """Answers 408 where HTTP still allows an answer, else closes. `check` must be called from time to time."""

    limits: ClassVar[Limits] = Limits()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._reads: Literal["head", "body"] | None = None
        self._until = self.loop.time() + self.limits.head
        """When whoever is there has taken too long; `inf` while it is our turn."""
        self._body_until = inf
        """When a body that may be long has taken too long in all."""
        self._unread_until = inf
        self._head_bytes = 0
        self._stopping = False
        self._make_room()

    def check(self, now: float) -> None:
        """`now` by the loop's clock."""
        if now >= self._unread_until or (now >= self._until and self.transport.is_closing()):
            self.transport.abort()
        elif now >= self._until and not self._reading_on(now):
            self._give_up(408)

    def shutdown(self) -> None:
        """The server stops. What was sent before is read and answered, and the connection ends with that."""
        if self._stopping:
            return
        self._stopping = True
        if self.cycle is not None:
            self.cycle.keep_alive = False
        left = self.limits.body_at_stop if self._reads == "body" else self.limits.head_at_stop
        if self._until < inf:
            self._until = min(self._until, self.loop.time() + left)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._reads == "head":
            self._head_bytes += len(data)
            if self._head_bytes > self.limits.head_bytes:
                self._give_up(431)
        elif self._body_until < inf and not self._stopping:
            self._until = min(self.loop.time() + self.limits.body, self._body_until)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reads, self._head_bytes = "head", 0
        left = self.limits.head_at_stop if self._stopping else self.limits.head
        self._until = self.loop.time() + left

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._reads == "head":  # trailers may be endless, and nobody reads them
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._reads = "body"
        self._until = self.loop.time() + self.limits.body
        if self.url.startswith(LONG_BODIES):
            self._body_until = self.loop.time() + self.limits.long_body
        crowded = len(self.connections) > self.limits.connections and not self.url.startswith(NEVER_SHED)
        self.app = _busy if crowded else self.config.loaded_app
        super().on_headers_complete()
        if self._stopping:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._reads, self._body_until = None, inf
        self._until = self.loop.time() + self.limits.idle if self.cycle.response_complete else inf

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._until = self.loop.time() + self.limits.unread
        elif self._reads is None and self.cycle.response_complete:
            self._until = self.loop.time() + self.limits.idle

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread_until = self.loop.time() + self.limits.unread

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread_until = inf

    def _reading_on(self, now: float) -> bool:
        """A long body pauses because we have not taken in yet what came: that is no fault of its sender's."""
        if self._body_until == inf or self._stopping or not self.flow.read_paused:
            return False
        self._until = min(now + self.limits.body, self._body_until)
        return now < self._until

    def _give_up(self, status: int) -> None:
        """End it, with this answer unless another one has begun or goes before it."""
        cycle = self.cycle
        ours = cycle is not None and self._reads == "body"
        before = cycle is not None and (cycle.response_started if ours else not cycle.response_complete)
        if self._reads is not None and not before and not self.pipeline:
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        if cycle is not None:
            cycle.disconnected = True  # the application hears it if it still reads or writes
            cycle.message_event.set()
        self._until = self.loop.time() + self.limits.unread
        self.transport.close()

    def _make_room(self) -> None:
        """Too many connections: the one that has kept us waiting longest goes. If we wait for none, all work, and only
        some more are let in, for webhooks."""
        if len(self.connections) <= self.limits.connections:
            return
        waiting = (each for each in self.connections if isinstance(each, TimedProtocol) and each is not self)
        longest = min(waiting, key=lambda each: each._until, default=self)
        if longest._until < inf and longest is not self:
            self._leave(longest)
        elif len(self.connections) > self.limits.connections + self.limits.spare:
            self._leave(self)

    def _leave(self, other: TimedProtocol) -> None:
        self.connections.discard(other)
        other.transport.abort()


async def _busy(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """503: more connections than Titus serves."""
    headers = [(b"content-length", b"0"), (b"retry-after", b"1"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})

"""A response that goes on for ever: server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from titus_core.calls.follow_calls import Told
from titus_core.calls.ports import Mark
from titus_core.kernel.errors import Unavailable
from titus_http.live_feed import Listener, LiveFeed

MEDIA_TYPE = "text/event-stream"

RETRY_MS = 2000
"""How long browsers wait before they come back."""

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # proxies like nginx would collect events before they pass them on
    "X-Content-Type-Options": "nosniff",
}
_LAST_WORDS_SECONDS = 1.0
_LOG = logging.getLogger("titus.feed")


class Words(msgspec.Struct, frozen=True):
    """How news are told: the name of the event and its data, and a mark as a cursor."""

    event: Callable[[Told], tuple[str, bytes]]
    cursor: Callable[[Mark], str]


class EventStream(ASGIResponse):
    """Tells a listener's news until the client goes, `welcome` says no, the listener does not keep up, or Titus stops.
    Then it ends like any response, and the client comes back with the last `id`."""

    _should_set_content_length = False

    def __init__(
        self,
        feed: LiveFeed,
        listener: Listener,
        words: Words,
        welcome: Callable[[], Awaitable[bool]],
    ) -> None:
        super().__init__(media_type=MEDIA_TYPE, headers=_HEADERS)
        self._feed, self._listener, self._words, self._welcome = feed, listener, words, welcome

    async def send_body(self, send: Send, receive: Receive) -> None:
        sending = asyncio.create_task(self._send_all(send))
        gone, stopped = asyncio.create_task(_gone(receive)), asyncio.create_task(self._feed.stopping.wait())
        try:
            await asyncio.wait({sending, gone, stopped}, return_when=asyncio.FIRST_COMPLETED)
            self._listener.close()
            await asyncio.wait({sending}, timeout=0 if gone.done() else _LAST_WORDS_SECONDS)
        finally:
            self._feed.leave(self._listener)
            for task in (sending, gone, stopped):
                task.cancel()
            await asyncio.wait({sending, gone, stopped})
        if not sending.cancelled():
            sending.result()

    async def _send_all(self, send: Send) -> None:
        try:
            await self._tell(send)
        except Unavailable as error:
            _LOG.warning("a listener is sent away: %s", error)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, send: Send) -> None:
        listener, pace, now = self._listener, self._feed.pace, asyncio.get_running_loop().time
        await _write(send, self._greeting())
        ping_at, look_at = now() + pace.pings, now() + pace.looks
        while not listener.closed:
            told = await listener.take(max(0.0, min(ping_at, look_at) - now()))
            if told:
                await _write(send, b"".join(map(self._frame, told)))
                ping_at = now() + pace.pings
            elif now() >= ping_at:
                # With the place that is reached: after a quiet night there is little to catch up with.
                await _write(send, f": ping\nid: {self._cursor()}\n\n".encode())
                ping_at = now() + pace.pings
            if now() >= look_at:
                if not await self._welcome():
                    return
                look_at = now() + pace.looks

    def _greeting(self) -> bytes:
        """An id without data is no event, but whoever is cut off before the first one comes back with it."""
        event = "event: reset\ndata: {}\n" if self._listener.reset else ""
        return f"retry: {RETRY_MS}\n{event}id: {self._cursor()}\n\n".encode()

    def _frame(self, told: Told) -> bytes:
        name, data = self._words.event(told)
        return f"id: {self._words.cursor(told.mark)}\nevent: {name}\n".encode() + b"data: " + data + b"\n\n"

    def _cursor(self) -> str:
        return self._words.cursor(self._listener.mark)


async def _write(send: Send, frame: bytes) -> None:
    await send({"type": "http.response.body", "body": frame, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

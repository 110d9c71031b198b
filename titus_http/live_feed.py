"""One reader of the feed for all who listen on this process.

A listener who comes with a mark first reads for itself what it missed, then goes on with what the one reader tells. A
listener who does not keep up is let go: it comes back with the mark of the last thing it heard.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

import msgspec

from titus_core.calls.follow_calls import FollowCalls, Told
from titus_core.calls.ports import CallReader, Feed, Mark
from titus_core.kernel.errors import TooMany, Unavailable
from titus_http.stopping import Stopping
from titus_http.telemetry import SILENT, Telemetry

MOST_LISTENERS = 400
"""Well below the connections that a process serves (`connections.py`): webhooks need theirs."""

MOST_WAITING = 1000
"""News that wait for one listener."""

_LOG = logging.getLogger("titus.feed")


class Pace(msgspec.Struct, frozen=True):
    """Seconds between two looks at the feed if nothing is heard (a hint may be lost), between two signs of life to a
    listener, and between two looks at whether they still may listen."""

    reads: float = 1.0
    pings: float = 15.0
    looks: float = 5.0


class Listener:
    """What one listener has not heard yet. `mark` is behind what it was told last; `reset`: it came with a mark that
    this store never gave, and so may have missed anything."""

    def __init__(self, mark: Mark, missed: FollowCalls | None = None, *, until: Mark, reset: bool = False) -> None:
        self.mark = mark
        self.reset = reset
        self.closed = False
        self._missed = missed
        self._until = until
        self._waiting: deque[Told] = deque()
        self._woken = asyncio.Event()

    async def take(self, seconds: float) -> list[Told]:
        """What is new, as soon as there is something; nothing after so long, or once it is closed."""
        if self._missed is not None and not self.closed:
            return await self._catch_up(self._missed)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()
        # It may be ahead of the one reader: by what it caught up with, or heard of another process.
        told = [one for one in self._waiting if one.mark > self.mark]
        self._waiting.clear()
        return self._noted(told)

    def tell(self, told: Iterable[Told], mark: Mark) -> None:
        """Keep this for it; too much, and it is closed. `mark` is behind all that is told by now."""
        if self.closed:
            return
        self._waiting.extend(told)
        if len(self._waiting) > MOST_WAITING:
            self.close()
        elif self._waiting:
            self._woken.set()
        elif self._missed is None:
            self.mark = max(self.mark, mark)

    def close(self) -> None:
        """It is told nothing more."""
        self.closed = True
        self._waiting.clear()
        self._woken.set()

    async def _catch_up(self, missed: FollowCalls) -> list[Told]:
        before = missed.mark
        told = list(await missed())
        if missed.mark == before or missed.mark >= self._until:
            self._missed = None
        return self._noted(told)

    def _noted(self, told: list[Told]) -> list[Told]:
        if told:
            self.mark = told[-1].mark
        return told


class LiveFeed:
    """Reads while somebody listens."""

    def __init__(
        self, feed: Feed, calls: CallReader, stopping: Stopping, pace: Pace, telemetry: Telemetry = SILENT
    ) -> None:
        self.stopping = stopping
        self.pace = pace
        self._feed = feed
        self._calls = calls
        self._telemetry = telemetry
        self._listeners: set[Listener] = set()
        self._follow: FollowCalls | None = None
        self._reading: asyncio.Task[None] | None = None

    async def join(self, after: Mark | None) -> Listener:
        """Listen from `after` on, or from now, until `leave`. Raises `Unavailable`, or `TooMany`."""
        newest = await self._feed.newest()
        if len(self._listeners) >= MOST_LISTENERS:
            raise TooMany("Too many are listening", retry_after=10)
        listener = self._placed(after, newest, self._reader_at(newest))
        self._listeners.add(listener)
        self._telemetry.listening(len(self._listeners))
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name="live feed")
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        self._telemetry.listening(len(self._listeners))

    def _reader_at(self, newest: Mark) -> Mark:
        """Where the one reader is; it begins here if it is not there."""
        if self._reading is None or self._follow is None:
            self._follow = FollowCalls(self._feed, self._calls, newest)
        return self._follow.mark

    def _placed(self, after: Mark | None, newest: Mark, reader_at: Mark) -> Listener:
        if after is None or after > newest:
            return Listener(newest, until=newest, reset=after is not None)
        missed = FollowCalls(self._feed, self._calls, after) if after < reader_at else None
        return Listener(after, missed, until=reader_at)

    async def _read(self) -> None:
        while self._listeners:
            try:
                if not await self._read_on():
                    await self._feed.wait(self.pace.reads)
            except Unavailable as error:
                _LOG.warning("cannot read the feed: %s", error)
                await asyncio.sleep(self.pace.reads)
            except Exception:  # noqa: BLE001 (nothing may end it; it is logged)
                _LOG.exception("the live feed stumbled; it goes on")
                await asyncio.sleep(self.pace.reads)
        self._reading = None

    async def _read_on(self) -> bool:
        """Tell everybody what the next events tell; whether there were any."""
        assert self._follow is not None, "whoever begins to read says where"
        before = self._follow.mark
        told = await self._follow()
        for listener in self._listeners:
            listener.tell(told, self._follow.mark)
        for one in told:
            self._telemetry.heard(one.news.at)
        return self._follow.mark != before

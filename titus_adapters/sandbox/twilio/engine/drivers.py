"""Who moves time: virtual time jumps from event to event, real time waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from titus_adapters.sandbox.twilio.engine.agenda import Agenda, Reply
from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing, Wire

OnTime = Callable[[float], Awaitable[None]]
OnCrash = Callable[[Outgoing], Awaitable[None]]

log = logging.getLogger(__name__)


async def _nothing(_: object) -> None:
    """The observer that doesn't look."""


class Sender:
    """Sends a request, crashing the app before or after it where chaos says so."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.on_crash: OnCrash = _nothing

    async def __call__(self, request: Outgoing) -> Answer:
        if request.crash == "before":
            await self.on_crash(request)
            return Answer(error="ct")
        answer = await self._wire(request)
        if request.crash == "after":
            await self.on_crash(request)
            return Answer(error="rt")
        return answer


class VirtualTime:
    """Runs the agenda as fast as it goes; `on_time` is awaited at each new instant, before what happens then."""

    def __init__(self, agenda: Agenda, send: Sender) -> None:
        self._agenda = agenda
        self._send = send
        self.on_time: OnTime = _nothing

    async def run_until_idle(self, horizon: float) -> None:
        """Until nothing is planned any more, or `horizon` seconds have passed."""
        await self._run(self._agenda.virtual_now + horizon)

    async def run_for(self, seconds: float) -> None:
        limit = self._agenda.virtual_now + seconds
        await self._run(limit)
        await self._move(limit)
        await self._run(limit)

    async def _run(self, limit: float) -> None:
        await self._answer_requests()
        while (at := self._agenda.next_at()) is not None and at <= limit:
            if at > self._agenda.virtual_now:
                await self._move(at)
                continue
            self._agenda.pop().action()
            await self._answer_requests()

    async def _move(self, at: float) -> None:
        if at > self._agenda.virtual_now:
            self._agenda.virtual_now = at
            await self.on_time(at)

    async def _answer_requests(self) -> None:
        while self._agenda.requests:
            request, reply = self._agenda.requests.popleft()
            reply(await self._send(request))


LEAST_PAUSE = 0.001
"""Seconds; a clock that stands still is not asked more often."""


class RealTime:
    """Runs the agenda by `clock`, `speed` times as fast; requests overlap as on a real network."""

    def __init__(
        self, agenda: Agenda, send: Sender, speed: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._agenda = agenda
        self._send = send
        self._speed = speed
        self._clock = clock
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """For ever, on from where virtual time stands; cancel it to stop."""
        began, start = self._clock(), self._agenda.virtual_now
        self._agenda.now = lambda: start + (self._clock() - began) * self._speed
        self._agenda.on_change = self._changed.set
        while True:
            self._changed.clear()
            self._do_what_is_due()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._pause())

    def _do_what_is_due(self) -> None:
        while (at := self._agenda.next_at()) is not None and at <= self._agenda.now():
            try:
                self._agenda.pop().action()
            except Exception:
                log.exception("An event of the Twilio sandbox failed")
        while self._agenda.requests:
            task = asyncio.create_task(self._answer(*self._agenda.requests.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, request: Outgoing, reply: Reply) -> None:
        try:
            answer = await self._send(request)
        except Exception:
            log.exception("A request of the Twilio sandbox failed")
            answer = Answer(error="rt")
        self._agenda.soon(lambda: reply(answer))

    def _pause(self) -> float | None:
        at = self._agenda.next_at()
        return None if at is None else max(LEAST_PAUSE, (at - self._agenda.now()) / self._speed)

"""What Titus does without being called: tend calls whose time has come, look for calls that no webhook told of, and
work again on what could not be understood. Timers are rows with a due time, so nothing is lost with a process, and
several processes may tick on one database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import NamedTuple, TypeVar

from titus_core.calls.find_calls import FindCalls
from titus_core.calls.ports import CallReader, Waiting
from titus_core.calls.tend_call import TendCall
from titus_core.kernel.clock import EPOCH, Clock
from titus_core.kernel.correlation import about
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId
from titus_http.stopping import Stopping
from titus_http.telemetry import SILENT, Telemetry

EVERY = 1.0
"""Seconds between two looks at the timers."""

FINDS_EVERY = timedelta(seconds=30)
"""How often the provider is asked for live calls: with settlement, a call is settled within R4's 120 s of its end."""

_BATCH = 50
_AT_ONCE = 8
_LOG = logging.getLogger("titus.ticker")
T = TypeVar("T")


class _Named(NamedTuple):
    """One thing to be worked on, as traces and logs name it."""

    span: str
    told: str
    call_id: CallId | None = None


class Ticker:
    """`once` does all that is due now; `run` does so until `stopping` is told, and then ends what it has begun.
    `work_again` takes one waiting delivery."""

    def __init__(
        self,
        clock: Clock,
        calls: CallReader,
        tend: TendCall,
        find: FindCalls | None,
        work_again: Callable[[Waiting], Awaitable[None]],
        stopping: Stopping,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._clock = clock
        self._calls = calls
        self._tend = tend
        self._find = find
        self._work_again = work_again
        self._stopping = stopping
        self._telemetry = telemetry
        self._found_at = EPOCH

    async def run(self) -> None:
        self._telemetry.ticked()
        while not self._stopping.told:
            try:
                await self.once()
                self._telemetry.ticked()
            except Unavailable as error:
                _LOG.error("cannot look at the timers: %s", error)
            except Exception:  # noqa: BLE001 (nothing may end the timers; it is logged)
                _LOG.exception("the ticker stumbled; it goes on")
            await self._stopping.wait(EVERY)

    async def once(self) -> None:
        now = self._clock.now()
        if self._find is not None and now - self._found_at >= FINDS_EVERY:
            self._found_at = now
            with self._telemetry.span("find live calls"):
                await self._guarded("live calls", self._find())
        await self._each(await self._calls.waiting(now, _BATCH), self._work_again, _again)
        await self._each(await self._calls.due(now, _BATCH), self._tend, _tended)

    async def _each(
        self, items: Iterable[T], work: Callable[[T], Awaitable[None]], name: Callable[[T], _Named]
    ) -> None:
        """Work on all of them, a few at once; one that fails does not keep the others waiting."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(item: T) -> None:
            async with gate:
                if self._stopping.told:
                    return  # it stays due
                named = name(item)
                with about(call_id=named.call_id), self._telemetry.span(named.span):
                    await self._guarded(named.told, work(item))

        await asyncio.gather(*(one(item) for item in items))

    async def _guarded(self, what: str, work: Awaitable[object]) -> None:
        try:
            await work
        except Unavailable as error:
            _LOG.warning("%s: not now: %s", what, error)
        except Exception:  # noqa: BLE001 (one bad call may not stop the others; it is logged)
            _LOG.exception("%s: failed; it stays due", what)


def _again(waiting: Waiting) -> _Named:
    return _Named("work again", f"{waiting.delivery.route} {waiting.delivery.key[:80]}")


def _tended(call_id: CallId) -> _Named:
    return _Named("tend call", call_id, call_id)

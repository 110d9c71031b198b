"""What the store says of calls and jobs, asked when somebody reads the figures: rarely, briefly, and by its indexes."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import msgspec

from titus_adapters.telemetry.meters import Labels, Level
from titus_core.calls.ports import CallReader
from titus_core.jobs.ports import JobBoard
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable

FRESH_FOR = 5.0
"""Seconds in which nobody asks again, however many read."""

ASKS_WITHIN = 2.0
OVERDUE_AFTER = timedelta(seconds=30)
"""Timers are looked at every second: what is due for so long, nobody looks at."""

MOST_OVERDUE = 100


class _Seen(msgspec.Struct, frozen=True):
    """By labels; what could not be asked is empty."""

    up: float = 0.0
    live: dict[Labels, float] = {}
    overdue: dict[Labels, float] = {}
    jobs: dict[Labels, float] = {}
    oldest: dict[Labels, float] = {}


class Standing:
    """Every process of a store says the same here: take one of them, never their sum. Fields are meters."""

    def __init__(self, calls: CallReader, jobs: JobBoard, clock: Clock) -> None:
        self._calls, self._jobs, self._clock = calls, jobs, clock
        self._seen = _Seen()
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()
        self.up = Level("titus_store_up", "Whether the store answered in time.", read=lambda: {(): self._seen.up})
        self.live = Level("titus_live_calls", "Calls that have not ended.", read=lambda: self._seen.live)
        self.overdue = Level(
            "titus_calls_overdue",
            f"Calls whose timer is due for more than {OVERDUE_AFTER.seconds} s, counted to {MOST_OVERDUE}.",
            read=lambda: self._seen.overdue,
        )
        self.jobs = Level("titus_jobs", "Jobs that are not done.", "kind", "state", read=lambda: self._seen.jobs)
        self.oldest = Level(
            "titus_jobs_oldest_seconds",
            "How long the first of them is there.",
            "kind",
            "state",
            read=lambda: self._seen.oldest,
        )

    async def look(self) -> None:
        """Ask the store, unless that was done just now. Raises nothing: a store in trouble is a figure, too."""
        async with self._looking:
            if time.monotonic() - self._looked_at < FRESH_FOR:
                return
            try:
                async with asyncio.timeout(ASKS_WITHIN):
                    self._seen = await self._asked()
            except (Unavailable, TimeoutError):
                self._seen = _Seen()
            self._looked_at = time.monotonic()

    async def _asked(self) -> _Seen:
        now = self._clock.now()
        live = await self._calls.live()
        overdue = await self._calls.due(now - OVERDUE_AFTER, MOST_OVERDUE)
        counts = await self._jobs.counts()
        return _Seen(
            up=1.0,
            live={(): len(live)},
            overdue={(): len(overdue)},
            jobs={(one.kind, one.state.value): one.count for one in counts},
            oldest={(one.kind, one.state.value): max(0.0, (now - one.oldest).total_seconds()) for one in counts},
        )

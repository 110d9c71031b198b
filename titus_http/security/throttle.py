"""How often one person may ask for something that costs money, or leads to it."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import TooMany
from titus_core.kernel.ids import UserId

KEPT = 10_000
"""People kept in mind; beyond that, all are forgotten and begin anew."""


class Throttle:
    """At most `limit` times in `span`, for each person, on this process: a brake on runaway pages, no ledger."""

    def __init__(self, limit: int, span: timedelta) -> None:
        self._limit = limit
        self._span = span
        self._asked: dict[UserId, deque[datetime]] = {}

    def admit(self, user_id: UserId, clock: Clock) -> None:
        """Count this time. Raises `TooMany` beyond the limit."""
        now = clock.now()
        if len(self._asked) > KEPT:
            self._asked.clear()
        times = self._asked.setdefault(user_id, deque())
        while times and times[0] <= now - self._span:
            times.popleft()
        if len(times) >= self._limit:
            wait = times[0] + self._span - now
            raise TooMany("That was asked for too often", retry_after=max(1, round(wait.total_seconds())))
        times.append(now)

"""Virtual time: what happens when. Two things at the same time happen in the order in which they were planned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any

from tests.core.calls.builders import NOON


class Agenda:
    """Seconds since the beginning, and what is planned."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._planned: list[tuple[float, int, Callable[[], object]]] = []
        self._ties = count()

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def after(self, seconds: float, do: Callable[..., object], *args: Any) -> None:
        planned: tuple[float, int, Callable[[], object]] = (
            self.seconds + seconds,
            next(self._ties),
            partial(do, *args),
        )
        heappush(self._planned, planned)

    def step(self) -> bool:
        """Do the next thing; False if nothing is planned."""
        if not self._planned:
            return False
        at, _, do = heappop(self._planned)
        self.seconds = max(self.seconds, at)
        do()
        return True

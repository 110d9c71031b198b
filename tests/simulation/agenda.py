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
        self.now = NOON
        self._planned: list[tuple[float, int, Callable[[], object]]] = []
        self._ties = count()

    @property
    def is_empty(self) -> bool:
        return not self._planned

    def after(self, seconds: float, do: Callable[..., object], *args: Any) -> None:
        planned: tuple[float, int, Callable[[], object]] = (
            self.seconds + seconds,
            next(self._ties),
            partial(do, *args),
        )
        heappush(self._planned, planned)

    def step(self, within: float = 1e9) -> bool:
        """Do the next thing; False if nothing is planned within so many seconds."""
        if not self._planned or self._planned[0][0] > self.seconds + within:
            return False
        at, _, do = heappop(self._planned)
        if at > self.seconds:
            self.seconds = at
            self.now = NOON + timedelta(seconds=at)
        do()
        return True


class AgendaClock:
    """A process's own clock (`kernel.clock.Clock`): virtual time, and by how much this clock is wrong."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self.skew = timedelta()

    def now(self) -> datetime:
        return self._agenda.now + self.skew

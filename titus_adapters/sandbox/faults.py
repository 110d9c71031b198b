"""Faults that wait for requests, whichever provider is played."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """Lets `skips` requests pass whose path contains `path`, and strikes the next `times` of them."""

    path: str = ""
    times: int = 1
    skips: int = 0


F = TypeVar("F", bound=Waits)


class WaitingFaults(Generic[F]):
    """The faults still to come, in order."""

    def __init__(self) -> None:
        self._waiting: deque[F] = deque()

    def add(self, *faults: F) -> None:
        self._waiting.extend(fault for fault in faults if fault.times > 0)

    def clear(self) -> None:
        self._waiting.clear()

    @property
    def waiting(self) -> list[F]:
        return list(self._waiting)

    def due(self, fits: Callable[[F], bool]) -> F | None:
        """The first one that strikes this request; those before it let it pass."""
        for place, fault in enumerate(self._waiting):
            if not fits(fault):
                continue
            if fault.skips == 0:
                self._spend(place, fault)
                return fault
            self._waiting[place] = msgspec.structs.replace(fault, skips=fault.skips - 1)
        return None

    def _spend(self, place: int, fault: F) -> None:
        del self._waiting[place]
        if fault.times > 1:
            self._waiting.insert(place, msgspec.structs.replace(fault, times=fault.times - 1))

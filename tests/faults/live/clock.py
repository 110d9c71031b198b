"""One clock for the world and for every server process, faster than the machine's. It stands still while the machine
is too slow: what is tested is Titus, and not how many seconds of the world pass while a busy machine does nothing."""

from __future__ import annotations

import asyncio
import mmap
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

BASE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""When every world begins."""

STEP = 0.005
LONGEST_STEP = 0.05
"""Seconds of the machine; whatever more passes between two steps does not count."""

_SHAPE = struct.Struct("dd")
_NEVER = float("inf")


class SharedClock:
    """`titus_core.kernel.clock.Clock`, in a file that all processes map. It keeps how many seconds had passed at the
    last step, and when (by the monotonic clock, which all processes share) that was; `_NEVER` while it stands still."""

    def __init__(self, path: Path, speed: float) -> None:
        self.path, self.speed = path, speed
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _SHAPE.size)

    @classmethod
    def new(cls, path: Path, speed: float) -> Self:
        path.write_bytes(_SHAPE.pack(0.0, _NEVER))
        return cls(path, speed)

    def seconds(self) -> float:
        """How many seconds have passed, before they are multiplied by `speed`."""
        passed, stepped = self._read()
        return passed + max(0.0, min(time.monotonic() - stepped, LONGEST_STEP))

    def now(self) -> datetime:
        return BASE + timedelta(seconds=self.seconds() * self.speed)

    def skip(self, by: timedelta) -> None:
        """Go on so much later, for whoever keeps the clock."""
        _, stepped = self._read()
        self._memory[:] = _SHAPE.pack(self.seconds() + by.total_seconds() / self.speed, stepped)

    async def run(self, keeps_up: Callable[[], bool]) -> None:
        """Until cancelled. The clock stands still while something does not keep up with it."""
        while True:
            passed = self.seconds()
            self._memory[:] = _SHAPE.pack(passed, time.monotonic() if keeps_up() else _NEVER)
            await asyncio.sleep(STEP)

    def _read(self) -> tuple[float, float]:
        while (read := self._memory[:]) != self._memory[:]:
            continue
        passed, stepped = _SHAPE.unpack(read)
        return passed, stepped

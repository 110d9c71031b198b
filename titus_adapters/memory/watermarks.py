"""Times by name."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.kernel.errors import Conflict
from titus_core.kernel.watermarks import Watermark


class MemoryWatermarks:
    """`kernel.watermarks.Watermarks`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, name: str) -> Watermark | None:
        self._unit.reading()
        return self._state.watermarks.get(name)

    def move(self, name: str, to: Watermark) -> None:
        self._unit.write(partial(_move, self._state, name, to))


def _move(state: State, name: str, to: Watermark, journal: Journal) -> None:
    stored = state.watermarks.get(name)
    if to.version != (0 if stored is None else stored.version):
        raise Conflict(watermark=name)
    journal.put(state.watermarks, name, replace(to, version=to.version + 1))

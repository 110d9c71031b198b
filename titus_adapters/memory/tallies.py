"""What shadows counted."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.kernel.errors import Conflict
from titus_core.records.model import FieldId, TableId
from titus_core.records.shadow.model import Tally, What


class MemoryTallies:
    """`records.shadow.ports.Tallies`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, table: TableId, what: What, field: FieldId | None) -> Tally | None:
        self._unit.reading()
        return self._state.record_tallies.get((table, what, field))

    def save(self, tally: Tally) -> None:
        self._unit.write(partial(_save, self._state, tally))


def latest(state: State) -> tuple[Tally, ...]:
    return tuple(sorted(state.record_tallies.values(), key=lambda one: one.last_at, reverse=True))


def _save(state: State, tally: Tally, journal: Journal) -> None:
    place = (tally.table, tally.what, tally.field)
    stored = state.record_tallies.get(place)
    if tally.version != (0 if stored is None else stored.version):
        raise Conflict(table=tally.table, what=tally.what)
    journal.put(state.record_tallies, place, replace(tally, version=tally.version + 1))

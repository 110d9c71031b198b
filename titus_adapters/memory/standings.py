"""How providers stand with us."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.kernel.errors import Conflict
from titus_core.providers.model import Standing


class MemoryStandings:
    """`providers.ports.Standings`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, name: str) -> Standing | None:
        self._unit.reading()
        return self._state.standings.get(name)

    def save(self, standing: Standing) -> None:
        self._unit.write(partial(_save, self._state, standing))


def by_name(state: State) -> tuple[Standing, ...]:
    return tuple(state.standings[name] for name in sorted(state.standings))


def _save(state: State, standing: Standing, journal: Journal) -> None:
    stored = state.standings.get(standing.name)
    if standing.version != (0 if stored is None else stored.version):
        raise Conflict(provider=standing.name)
    journal.put(state.standings, standing.name, replace(standing, version=standing.version + 1))

"""Whose number it is."""

from __future__ import annotations

from functools import partial

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.calls.ports import KnownCaller
from titus_core.kernel.phone import PhoneNumber


class MemoryKnownCallers:
    """`calls.ports.KnownCallers`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def identify(self, number: PhoneNumber) -> KnownCaller | None:
        self._unit.reading()
        return self._state.known_callers.get(number)

    def save(self, caller: KnownCaller) -> None:
        self._unit.write(partial(_save, self._state, caller))


def _save(state: State, caller: KnownCaller, journal: Journal) -> None:
    journal.put(state.known_callers, caller.number, caller)

"""Whose number it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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

    async def with_number(self, number: PhoneNumber) -> tuple[KnownCaller, ...]:
        self._unit.reading()
        return self._state.known_callers.get(number, ())

    async def of_contacts(self, ids: Collection[str]) -> tuple[KnownCaller, ...]:
        self._unit.reading()
        found = [caller for caller in self._all() if caller.contact_id in ids]
        return tuple(sorted(found, key=lambda caller: (caller.contact_id, caller.number)))

    async def contacts(self) -> tuple[str, ...]:
        self._unit.reading()
        return tuple(sorted({caller.contact_id for caller in self._all()}))

    def save(self, caller: KnownCaller) -> None:
        self._unit.write(partial(_save, self._state, caller))

    def forget(self, caller: KnownCaller) -> None:
        self._unit.write(partial(_forget, self._state, caller))

    def _all(self) -> Iterator[KnownCaller]:
        return (caller for callers in self._state.known_callers.values() for caller in callers)


def _save(state: State, caller: KnownCaller, journal: Journal) -> None:
    callers = (*_others(state, caller), caller)
    journal.put(state.known_callers, caller.number, tuple(sorted(callers, key=lambda one: one.contact_id)))


def _forget(state: State, caller: KnownCaller, journal: Journal) -> None:
    journal.put(state.known_callers, caller.number, _others(state, caller))


def _others(state: State, caller: KnownCaller) -> tuple[KnownCaller, ...]:
    known = state.known_callers.get(caller.number, ())
    return tuple(one for one in known if one.contact_id != caller.contact_id)

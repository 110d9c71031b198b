"""Writes of records, one entry each."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.kernel.errors import Conflict
from titus_core.records.ports import JournalEntry, WriteState

_UNSETTLED = frozenset({WriteState.OPEN, WriteState.PARTLY})


class MemoryRecordJournal:
    """`records.ports.RecordJournal`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, entry_id: str) -> JournalEntry | None:
        self._unit.reading()
        return self._state.record_writes.get(entry_id)

    async def of_key(self, by: str, key: str) -> JournalEntry | None:
        self._unit.reading()
        entry_id = self._state.record_write_of_key.get((by, key))
        return None if entry_id is None else self._state.record_writes[entry_id]

    def save(self, entry: JournalEntry) -> None:
        self._unit.write(partial(_save, self._state, entry))


def open_writes(state: State, before: datetime, limit: int) -> tuple[JournalEntry, ...]:
    found = [one for one in state.record_writes.values() if one.state in _UNSETTLED and one.at < before]
    return tuple(sorted(found, key=lambda one: (one.state, one.at, one.id))[:limit])


def _save(state: State, entry: JournalEntry, journal: Journal) -> None:
    stored = state.record_writes.get(entry.id)
    if entry.version != (0 if stored is None else stored.version):
        raise Conflict(write=entry.id)
    if stored is None and entry.write.key is not None:
        key = (entry.write.by.name, entry.write.key)
        if key in state.record_write_of_key:
            raise Conflict(key=entry.write.key)
        journal.put(state.record_write_of_key, key, entry.id)
    journal.put(state.record_writes, entry.id, replace(entry, version=entry.version + 1))

"""Rows of the CRM's tables, asked by the evaluator itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.kernel.errors import Conflict, Invalid
from titus_core.records.catalogue import Table
from titus_core.records.errors import UnknownTable
from titus_core.records.evaluating import sieve
from titus_core.records.events import RecordDeleted
from titus_core.records.model import FieldId, Fields, Record, RecordId, TableId
from titus_core.records.ports import Changes, Query, RecordPage, Touched
from titus_core.records.sorting import compared, ordered, place_of

_SUBJECT = "record:"


class MemoryRecordRows:
    """`records.ports.RecordRows`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, table: TableId, ids: Collection[RecordId]) -> Mapping[RecordId, Record]:
        self._unit.reading()
        rows = _rows(self._state, table)
        return {one: rows[one] for one in ids if one in rows}

    async def matching(self, table: TableId, wanted: Sequence[Fields], limit: int) -> tuple[tuple[Record, ...], ...]:
        self._unit.reading()
        rows = _rows(self._state, table)
        return tuple(tuple(row for row in _by_id(rows) if _matches(row, cells))[:limit] for cells in wanted)

    async def linking(self, table: TableId, field: FieldId, ids: Collection[RecordId]) -> tuple[RecordId, ...]:
        self._unit.reading()
        wanted = frozenset(ids)
        return tuple(row.id for row in _rows(self._state, table).values() if wanted & _linked(row, field))

    async def last_number(self, table: TableId, field: FieldId) -> int:
        self._unit.reading()
        return self._state.row_numbers.get((table, field), 0)

    def put(self, table: TableId, row: Record, before: Record | None) -> None:
        self._unit.write(partial(_put, self._state, table, row, before))

    def remove(self, table: TableId, row: Record) -> None:
        self._unit.write(partial(_remove, self._state, table, row))

    def hold(self, table: TableId, row: Record) -> None:
        self._unit.write(partial(_hold, self._state, table, row))

    def number(self, table: TableId, field: FieldId, before: int, now: int) -> None:
        self._unit.write(partial(_number, self._state, (table, field), before, now))


def those(state: State, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
    rows = _rows(state, table)
    return tuple(rows[one] for one in ids if one in rows)


def page(state: State, query: Query) -> RecordPage:
    table = _table(state, query.table)
    rows: Iterable[Record] = _rows(state, query.table).values()
    asked = rows if query.where is None else filter(sieve(query.where), rows)
    found = ordered(table, query.sort, _behind(table, query, asked))
    shown = found[: query.limit]
    behind = place_of(table, query.sort, shown[-1]) if len(found) > query.limit else None
    return RecordPage(tuple(_selected(row, query.fields) for row in shown), behind)


def touched(state: State, since: str | None, limit: int) -> Changes:
    """A token is a place in the trail."""
    newest = len(state.trail)
    if since is None:
        return Changes((), str(newest))
    if not since.isdecimal() or int(since) > newest:
        raise Invalid("since", "is no token of this store")
    found: list[Touched] = []
    place = int(since)
    while place < newest and len(found) < limit:
        envelope = state.trail[place]
        place += 1
        if envelope.subject.startswith(_SUBJECT):
            _, table, record_id = envelope.subject.split(":")
            gone = isinstance(envelope.event, RecordDeleted)
            found.append(Touched(TableId(table), RecordId(record_id), gone))
    return Changes(tuple(found), str(place), more=place < newest)


def _behind(table: Table, query: Query, rows: Iterable[Record]) -> Iterable[Record]:
    after = query.after
    if after is None:
        return rows
    return (row for row in rows if compared(query.sort, place_of(table, query.sort, row), after) > 0)


def _table(state: State, table: TableId) -> Table:
    if state.catalogue is None:
        raise UnknownTable(table, None)
    return state.catalogue.table(table)


def _rows(state: State, table: TableId) -> Mapping[RecordId, Record]:
    return state.rows.get(table, {})


def _by_id(rows: Mapping[RecordId, Record]) -> list[Record]:
    return [rows[one] for one in sorted(rows)]


def _matches(row: Record, cells: Fields) -> bool:
    return all(row.fields.get(field) == cell for field, cell in cells.items())


def _linked(row: Record, field: FieldId) -> frozenset[object]:
    cell = row.fields.get(field)
    return frozenset(cell) if isinstance(cell, tuple) else frozenset()


def _selected(row: Record, fields: frozenset[FieldId] | None) -> Record:
    if fields is None:
        return row
    return replace(row, fields={field: cell for field, cell in row.fields.items() if field in fields})


def _check(state: State, table: TableId, row: Record) -> None:
    stored = _rows(state, table).get(row.id)
    if stored is None or stored.version != row.version:
        raise Conflict(table=table, record=row.id)


def _put(state: State, table: TableId, row: Record, before: Record | None, journal: Journal) -> None:
    if before is not None:
        _check(state, table, before)
    elif row.id in _rows(state, table):
        raise Conflict(table=table, record=row.id)
    if table not in state.rows:
        journal.put(state.rows, table, {})
    journal.put(state.rows[table], row.id, row)


def _remove(state: State, table: TableId, row: Record, journal: Journal) -> None:
    _check(state, table, row)
    journal.drop(state.rows[table], row.id)


def _hold(state: State, table: TableId, row: Record, journal: Journal) -> None:
    _check(state, table, row)


def _number(state: State, of: tuple[TableId, FieldId], before: int, now: int, journal: Journal) -> None:
    if state.row_numbers.get(of, 0) != before:
        raise Conflict(field=of[1])
    journal.put(state.row_numbers, of, now)

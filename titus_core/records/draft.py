"""Rows of one unit of work: as they are stored, and as they will be. Reads ask the tx; nothing is written yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from titus_core.records.catalogue import Catalogue, Field, Kind, Policy, Table
from titus_core.records.model import FieldId, Record, RecordId, TableId, Value
from titus_core.records.ports import RecordRows

Row = tuple[TableId, RecordId]


class RowChange(msgspec.Struct, frozen=True):
    """What is there `before` and `after`; None: nothing."""

    table: Table
    id: RecordId
    before: Record | None
    after: Record | None

    @property
    def last(self) -> Record:
        """The row as it will be, or was if it will not be."""
        row = self.after or self.before
        assert row is not None
        return row


class Draft:
    """Cells are changed by people (`by_hand`) or by computing; only the former make a record modified. All
    collections keep the order in which things happened, so that the same write ends alike on every store."""

    def __init__(self, catalogue: Catalogue, rows: RecordRows, now: str) -> None:
        self._rows = rows
        self._tables = {table.id: table for table in catalogue.tables}
        self._now = now
        self._stored: dict[Row, Record | None] = {}
        self._cells: dict[Row, dict[FieldId, Value]] = {}
        self._changed: dict[FieldId, dict[RecordId, None]] = defaultdict(dict)
        self._last: dict[tuple[TableId, FieldId], int] = {}
        self._given: dict[tuple[TableId, FieldId], int] = {}
        self.made: dict[Row, None] = {}
        self.gone: dict[Row, None] = {}
        self.edited: dict[Row, None] = {}
        self._held: dict[Row, None] = {}

    async def load(self, table: TableId, ids: Iterable[RecordId]) -> None:
        """Have these rows at hand; those that were asked for before cost nothing."""
        missing = [
            one for one in dict.fromkeys(ids) if (table, one) not in self._stored and (table, one) not in self.made
        ]
        if not missing:
            return
        found = await self._rows.get(table, missing)
        for one in missing:
            self._know(table, one, found.get(one))

    def take(self, table: TableId, rows: Collection[Record]) -> None:
        """Have these rows at hand, which somebody else read; nothing was done to them yet."""
        for row in rows:
            self._know(table, row.id, row)

    def _know(self, table: TableId, record_id: RecordId, row: Record | None) -> None:
        self._stored[table, record_id] = row
        if row is not None:
            self._cells[table, record_id] = dict(row.fields)

    def stored(self, table: TableId, record_id: RecordId) -> Record | None:
        """The row before all this."""
        return self._stored.get((table, record_id))

    def cells(self, table: TableId, record_id: RecordId) -> Mapping[FieldId, Value] | None:
        """None: there is, or will be, no such row. It must be at hand."""
        row = (table, record_id)
        return None if row in self.gone else self._cells.get(row)

    def changed_in(self, field: FieldId) -> Collection[RecordId]:
        """The records whose cell of this field is, or was in between, not what is stored."""
        return tuple(self._changed.get(field, ()))

    def ids(self, table: TableId, record_id: RecordId, field: FieldId) -> tuple[RecordId, ...]:
        """Where a cell links to; nowhere if it is no list of ids."""
        cell = (self.cells(table, record_id) or {}).get(field)
        return tuple(RecordId(one) for one in cell if isinstance(one, str)) if isinstance(cell, tuple) else ()

    def make(self, table: TableId, record_id: RecordId) -> None:
        """A new row; its checkboxes are unchecked."""
        row = (table, record_id)
        self.made[row] = None
        self._cells[row] = {field.id: False for field in self._tables[table].fields if _is_checkbox(field)}

    def remove(self, table: TableId, record_id: RecordId) -> None:
        self.gone[table, record_id] = None

    def hold(self, table: TableId, record_id: RecordId) -> None:
        """What is written depends on this row staying as it is."""
        self._held[table, record_id] = None

    def set(self, table: TableId, record_id: RecordId, field: FieldId, value: Value, *, by_hand: bool) -> None:
        cells = self._cells[table, record_id]
        if is_same(cells.get(field), value):
            return
        if value is None:
            del cells[field]
        else:
            cells[field] = value
        self._changed[field][record_id] = None
        if by_hand:
            self.edited[table, record_id] = None

    async def last_number(self, table: TableId, field: FieldId) -> int:
        """The last number given out for this field."""
        if (table, field) not in self._last:
            self._last[table, field] = await self._rows.last_number(table, field)
        return self._last[table, field]

    def give_out(self, table: TableId, field: FieldId, many: int) -> None:
        """So many numbers behind the last one, which must have been asked for. None: it must still be the last one when
        all this is stored."""
        self._given[table, field] = max(many, self._given.get((table, field), 0))

    async def linking(self, table: TableId, field: FieldId, ids: Collection[RecordId]) -> tuple[RecordId, ...]:
        """The stored rows that link to these by a field that they do not show. Who adds such a link gives out a number,
        so that nobody goes by an answer that has become too short."""
        await self.last_number(table, field)
        self.give_out(table, field, 0)
        return await self._rows.linking(table, field, ids)

    def numbers(self) -> Iterator[tuple[TableId, FieldId, int, int]]:
        """Of each field of which numbers were given out: the last one before, and now."""
        for (table, field), many in self._given.items():
            last = self._last[table, field]
            # Where none was given out before, there is nothing yet that a concurrent one could conflict with.
            yield table, field, last, last + many if last else max(many, 1)

    def row(self, table: TableId, record_id: RecordId) -> Record:
        """As it will be stored."""
        row, before = (table, record_id), self.stored(table, record_id)
        touched = row in self.edited or row in self.made
        return Record(
            id=record_id,
            created_time=self._now if before is None else before.created_time,
            fields=dict(self._cells[row]),
            version="1" if before is None else str(int(before.version) + 1),
            modified_time=self._now if touched or before is None else before.modified_time,
        )

    def settled(self, table: TableId, record_id: RecordId) -> Record:
        """As it will be stored, or is if nothing changed."""
        before = self.stored(table, record_id)
        if before is not None and _are_same(before.fields, self._cells[table, record_id]):
            return before
        return self.row(table, record_id)

    def changes(self) -> tuple[RowChange, ...]:
        """All rows that are not what they were."""
        found = []
        for table, one in self._cells:
            before = self.stored(table, one)
            after = None if (table, one) in self.gone else self.settled(table, one)
            if after is not before:
                found.append(RowChange(self._tables[table], one, before, after))
        return tuple(found)

    def held(self) -> Iterator[tuple[TableId, Record]]:
        """Rows that must stay as they are, and are not put anyway."""
        put = {(change.table.id, change.id) for change in self.changes()}
        for table, one in self._held:
            row = self.stored(table, one)
            if row is not None and (table, one) not in put:
                yield table, row


def is_same(one: Value, other: Value) -> bool:
    """Equal, and of one sort: `True` is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _are_same(one: Mapping[FieldId, Value], other: Mapping[FieldId, Value]) -> bool:
    return one.keys() == other.keys() and all(is_same(cell, other[field]) for field, cell in one.items())


def _is_checkbox(field: Field) -> bool:
    return field.kind is Kind.CHECKBOX and (field.computed is None or field.computed.policy is not Policy.DROP)

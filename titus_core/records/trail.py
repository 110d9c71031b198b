"""What is told of a row that changed: who may read the trail reads no secrets in it."""

from __future__ import annotations

from titus_core.kernel.events import Event
from titus_core.records.catalogue import Privacy, Table
from titus_core.records.draft import RowChange, is_same
from titus_core.records.events import RecordChanged, RecordCreated, RecordDeleted
from titus_core.records.model import FieldId, Fields, Value
from titus_core.records.plain import plain

MASK = "(secret)"
"""Stands for whatever a secret cell holds; that it was filled or emptied is told."""


def event_of(change: RowChange, write: str) -> Event:
    """`write` names the journal's entry."""
    table, before, after = change.table, change.before, change.after
    if after is None:
        return RecordDeleted(table=table.id, record_id=change.id, write=write, fields=_told(table, change.last.fields))
    if before is None:
        return RecordCreated(table=table.id, record_id=change.id, write=write, fields=_told(table, after.fields))
    was, now = before.fields, after.fields
    changed = [field for field in {**was, **now} if not is_same(was.get(field), now.get(field))]
    return RecordChanged(
        table=table.id,
        record_id=change.id,
        write=write,
        before=_told(table, {field: was.get(field) for field in changed}),
        after=_told(table, {field: now.get(field) for field in changed}),
    )


def _told(table: Table, cells: Fields) -> dict[FieldId, Value]:
    return {field: _masked(table, field, cell) for field, cell in cells.items()}


def _masked(table: Table, field: FieldId, cell: Value) -> Value:
    known = table.get(field)
    if cell is not None and (known is None or known.privacy is Privacy.SECRET):
        return MASK
    told: Value = plain(cell)
    return told

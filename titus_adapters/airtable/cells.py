"""Records as Airtable tells them and wants them, by field id."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from titus_core.records.catalogue import Kind, Table
from titus_core.records.model import Attachment, Fields, Record, RecordId, Value
from titus_core.records.plain import plain
from titus_core.records.values import instant_of, read

_SORTED = msgspec.json.Encoder(order="sorted")


class Row(msgspec.Struct, frozen=True):
    """One record; fields of which nothing is told are empty."""

    id: RecordId
    createdTime: str  # noqa: N815 (Airtable's word)
    fields: dict[str, Any] = {}


class Rows(msgspec.Struct, frozen=True):
    """A page of a list, or the answer to a write. `offset`: there is more."""

    records: list[Row] = []
    offset: str | None = None
    createdRecords: list[RecordId] = []  # noqa: N815 (Airtable's word)


def record_of(table: Table, row: Row) -> Record:
    """In the form of the port. The version is a digest of all that people can write: Airtable has none of its own."""
    cells = {field.id: cell for field in table.fields if (cell := read(field, row.fields.get(field.id))) is not None}
    return Record(id=row.id, created_time=instant_of(row.createdTime), fields=cells, version=_version(table, cells))


def wire_cells(table: Table, cells: Fields) -> dict[str, Any]:
    """What Airtable wants to be told of these cells; null clears one."""
    return {field: _wire(table.field(field).kind, cell) for field, cell in cells.items()}


def _wire(kind: Kind, cell: Value) -> Any:
    if kind is Kind.ATTACHMENTS and isinstance(cell, tuple):
        return [{"id": one.id} for one in cell if isinstance(one, Attachment)]
    return plain(cell)


def _version(table: Table, cells: Fields) -> str:
    written = {field.id: plain(cells[field.id]) for field in table.fields if not field.computed and field.id in cells}
    return hashlib.blake2b(_SORTED.encode(written), digest_size=12).hexdigest()

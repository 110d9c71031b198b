"""Records as Airtable tells them and wants them, by field id."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec

from titus_core.records.catalogue import Field, FieldType, Kind, Table
from titus_core.records.model import Attachment, Fields, Record, RecordId, Value
from titus_core.records.plain import plain
from titus_core.records.values import instant_of, read

_SORTED = msgspec.json.Encoder(order="sorted")
_NOW = re.compile(r"\b(NOW|TODAY|TONOW|FROMNOW)\s*\(", re.ASCII | re.IGNORECASE)


class Row(msgspec.Struct, frozen=True):
    """One record; fields of which nothing is told are empty."""

    id: RecordId
    createdTime: str  # noqa: N815 (Airtable's word)
    fields: dict[str, Any] = {}


class Anything(msgspec.Struct, frozen=True):
    """An object of which nothing is wanted."""


class Rows(msgspec.Struct, frozen=True):
    """A page of a list, or the answer to a write. `offset`: there is more."""

    records: list[Row] = []
    offset: str | None = None
    createdRecords: list[RecordId] = []  # noqa: N815 (Airtable's word)


def record_of(table: Table, row: Row) -> Record:
    """In the form of the port. The version is a digest of the cells: Airtable has none of its own."""
    cells = {field.id: cell for field in table.fields if (cell := read(field, row.fields.get(field.id))) is not None}
    modified = modified_field(table)
    told = None if modified is None else cells.get(modified.id)
    return Record(
        id=row.id,
        created_time=instant_of(row.createdTime),
        fields=cells,
        version=_version(table, cells),
        modified_time=told if isinstance(told, str) else None,
    )


def modified_field(table: Table) -> Field | None:
    """The field that tells when anything in a record was changed last, if the table has one: records themselves do not
    tell."""
    for field in table.fields:
        if field.type is FieldType.MODIFIED_TIME and field.computed is not None and not field.computed.watches:
            return field
    return None


def wire_cells(table: Table, cells: Fields) -> dict[str, Any]:
    """What Airtable wants to be told of these cells; null clears one."""
    return {field: _wire(table.field(field).kind, cell) for field, cell in cells.items()}


def _wire(kind: Kind, cell: Value) -> Any:
    if kind is Kind.ATTACHMENTS and isinstance(cell, tuple):
        return [{"id": one.id} for one in cell if isinstance(one, Attachment)]
    return plain(cell)


def _version(table: Table, cells: Fields) -> str:
    """Of all cells, computed ones too, as the other stores count them; without those that change by themselves as time
    goes by."""
    lasting = {one.id: plain(cells[one.id]) for one in table.fields if one.id in cells and not _tells_time(one)}
    return hashlib.blake2b(_SORTED.encode(lasting), digest_size=12).hexdigest()


def _tells_time(field: Field) -> bool:
    formula = None if field.computed is None else field.computed.formula
    return formula is not None and _NOW.search(formula) is not None

"""Records and their catalogue as clients see them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from titus_core.records.catalogue import Catalogue, Field, Table
from titus_core.records.model import Attachment, FieldId, Misfit, Record, RecordId, Value


class OptionView(msgspec.Struct, frozen=True):
    id: str
    name: str


class FieldView(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """`api` is the key in `fields` of records; `name` what the field is called where it came from. `kind` says what may
    be asked of it. `linkedTable` is the `api` name of the table that links lead to; computed fields cannot be
    written."""

    id: str
    api: str
    name: str
    type: str
    kind: str
    privacy: str
    computed: bool = False
    options: tuple[OptionView, ...] = ()
    linked_table: str | None = None
    linked_field: str | None = None


class TableView(msgspec.Struct, frozen=True):
    """`api` is the table's name in addresses; its id and its own name are understood too."""

    id: str
    api: str
    name: str
    primary: str
    fields: tuple[FieldView, ...]


class CatalogueView(msgspec.Struct, frozen=True):
    tables: tuple[TableView, ...]


class RecordView(msgspec.Struct, frozen=True, rename="camel"):
    """`fields` by their `api` names; empty cells are not there, checkboxes always are. `version` is what `If-Match`
    wants."""

    id: str
    created_time: str
    fields: dict[str, Any]
    version: str


class RecordList(msgspec.Struct, frozen=True, omit_defaults=True):
    """`next` is the `cursor` of the following page; null on the last one. `linked` holds, by table, the records that
    `expand` asked for. `asOf`: the list is not of now but of then (a copy of the store's)."""

    items: list[RecordView]
    next: str | None
    linked: dict[str, list[RecordView]] = {}
    as_of: datetime | None = msgspec.field(name="asOf", default=None)


def catalogue_view(catalogue: Catalogue) -> CatalogueView:
    return CatalogueView(tuple(_table(catalogue, table) for table in catalogue.tables))


def record_view(table: Table, record: Record, link: Callable[[RecordId, Attachment], str]) -> RecordView:
    """`link` makes the address at which a file of a record opens."""
    told = record.fields
    cells: dict[str, Any] = {api: told[field] for field, api in table.served_names if field in told}
    if table.holds_things or Misfit in map(type, cells.values()):
        cells = {api: _cell(cell, partial(link, record.id)) for api, cell in cells.items()}
    return RecordView(record.id, record.created_time, cells, record.version)


def _cell(cell: Value, link: Callable[[Attachment], str]) -> Any:
    match cell:
        case Attachment():
            told = {"id": cell.id, "filename": cell.filename, "url": link(cell)}
            rest = {"size": cell.size, "type": cell.type, "width": cell.width, "height": cell.height}
            return told | {name: value for name, value in rest.items() if value is not None}
        case Misfit(told=told_cell):
            return _cell(told_cell, link)
        case tuple():
            return [_cell(one, link) for one in cell]
        case _:
            return cell


def _table(catalogue: Catalogue, table: Table) -> TableView:
    fields = tuple(_field(catalogue, field) for field in table.served.values())
    return TableView(table.id, table.api, table.name, table.field(table.primary).api, fields)


def _field(catalogue: Catalogue, field: Field) -> FieldView:
    linked, inverse = (None, None) if field.link is None else _linked(catalogue, field.link.table, field.link.inverse)
    return FieldView(
        id=field.id,
        api=field.api,
        name=field.name,
        type=field.type.value,
        kind=field.kind.value,
        privacy=field.privacy.value,
        computed=field.computed is not None,
        options=tuple(OptionView(option.id, option.name) for option in field.options),
        linked_table=linked,
        linked_field=inverse,
    )


def _linked(catalogue: Catalogue, table_id: Any, inverse: FieldId | None) -> tuple[str | None, str | None]:
    """Both by their API names; None where the catalogue does not have them."""
    table = next((table for table in catalogue.tables if table.id == table_id), None)
    field = table.shown.get(inverse) if table is not None and inverse is not None else None
    return table.api if table is not None else None, field.api if field is not None else None

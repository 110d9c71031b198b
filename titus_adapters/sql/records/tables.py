"""The tables that a catalogue makes: always the same ones, for migrations are generated from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from titus_adapters.sql.metadata import metadata as operational
from titus_adapters.sql.records.ordering import empties_first
from titus_adapters.sql.records.types import CellDate, CellInstant, CellJson, CellNames, CellNumber, CellText
from titus_adapters.sql.types import Bool
from titus_core.records.catalogue import Catalogue, Field, FieldType, Kind, Table
from titus_core.records.model import FieldId, TableId

MISFITS = "titus_misfits"
"""Cells that do not fit their column (`model.Misfit`), by field id; null where there are none."""

_COLUMNS: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: CellText(),
    Kind.SELECT: CellText(),
    Kind.NUMBER: CellNumber(),
    Kind.CHECKBOX: Bool(),
    Kind.DATE: CellDate(),
    Kind.INSTANT: CellInstant(),
    Kind.SELECTS: CellNames(),
    Kind.LIST: CellJson(),
    Kind.OBJECT: CellJson(),
}
"""Kinds that lie in a column of their table; links and attachments have tables of their own."""

_LOOKED_FOR = frozenset({FieldType.EMAIL, FieldType.PHONE, FieldType.AUTO_NUMBER})
"""Besides dates, instants, single choices and what names a record: fields that lists are sorted by, or people looked up
by. Each has an index."""
_INDEXED = frozenset({Kind.DATE, Kind.INSTANT, Kind.SELECT})


class LinkTable(NamedTuple):
    """One pair of link fields, seen from one of them: `mine` and `theirs` are the columns of ids, `place` the one of
    this side's order."""

    table: sa.Table
    mine: sa.Column[str]
    theirs: sa.Column[str]
    place: sa.Column[int]


class RecordTable(NamedTuple):
    """A table with where its fields lie. `columns` are those of cells, by field."""

    told: Table
    table: sa.Table
    columns: Mapping[FieldId, sa.Column[Any]]
    links: Mapping[FieldId, LinkTable]
    attachments: tuple[FieldId, ...]


class RecordTables:
    """All tables of a catalogue, in a collection of their own."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.metadata = sa.MetaData(naming_convention=operational.naming_convention)
        self.attachments = _attachments(self.metadata)
        self.counters = _counters(self.metadata)
        self.options = _options(self.metadata)
        self._tables = {table.id: _table(table, self.metadata) for table in catalogue.tables}
        self._links = _links(catalogue, self._tables, self.metadata)
        self._made = {table.id: self._make(table) for table in catalogue.tables}

    def __getitem__(self, table_id: TableId) -> RecordTable:
        """Raises `UnknownTable`."""
        return self._made[self.catalogue.table(table_id).id]

    def _make(self, told: Table) -> RecordTable:
        table = self._tables[told.id]
        columns = {field.id: table.c[field.column] for field in told.fields if field.kind in _COLUMNS}
        links = {field.id: self._links[field.id] for field in told.fields if field.id in self._links}
        attachments = tuple(field.id for field in told.fields if field.kind is Kind.ATTACHMENTS)
        return RecordTable(told, table, columns, links, attachments)


def _table(told: Table, metadata: sa.MetaData) -> sa.Table:
    table = sa.Table(
        told.sql,
        metadata,
        sa.Column("id", CellText(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_time", CellInstant(), nullable=False),
        sa.Column("modified_time", CellInstant(), nullable=False),
        *[_column(field) for field in told.fields if field.kind in _COLUMNS],
        sa.Column(MISFITS, CellJson()),
    )
    indexed = ["created_time", "modified_time", *(field.column for field in told.fields if _is_indexed(told, field))]
    for column in indexed:
        sa.Index(f"ix_{told.sql}_{column}"[:63], empties_first(table.c[column]), table.c.id)
    return table


def _column(field: Field) -> sa.Column[Any]:
    """A checkbox is never empty, not even in rows that were there before it."""
    kind = _COLUMNS[field.kind]
    if field.kind is Kind.CHECKBOX:
        return sa.Column(field.column, kind, nullable=False, server_default=sa.text("false"))
    return sa.Column(field.column, kind)


def _is_indexed(told: Table, field: Field) -> bool:
    named = field.id == told.primary and field.kind in _COLUMNS and field.kind not in {Kind.LIST, Kind.OBJECT}
    return named or field.kind in _INDEXED or field.type in _LOOKED_FOR


def _links(catalogue: Catalogue, tables: Mapping[TableId, sa.Table], metadata: sa.MetaData) -> dict[FieldId, LinkTable]:
    """By field; both fields of a pair share one table."""
    found: dict[FieldId, LinkTable] = {}
    for told in catalogue.tables:
        for field in told.fields:
            if field.link is None or field.id in found or field.link.table not in tables:
                continue
            table = _link_table(told, field, tables[told.id], tables[field.link.table], metadata)
            found[field.id] = LinkTable(table, table.c.one_id, table.c.other_id, table.c.one_place)
            if field.link.inverse is not None and field.link.inverse != field.id:
                found[field.link.inverse] = LinkTable(table, table.c.other_id, table.c.one_id, table.c.other_place)
    return found


def _link_table(told: Table, field: Field, one: sa.Table, other: sa.Table, metadata: sa.MetaData) -> sa.Table:
    name = f"{told.sql}__{field.column}"[:60]
    return sa.Table(
        name,
        metadata,
        sa.Column("one_id", CellText(), _reference(one), primary_key=True),
        sa.Column("other_id", CellText(), _reference(other), primary_key=True),
        sa.Column("one_place", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("other_place", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Index(f"ix_{name}_other"[:63], "other_id", "one_id"),
    )


def _reference(table: sa.Table) -> sa.ForeignKey:
    """Looked at when the transaction ends: records and links of one write come in any order."""
    return sa.ForeignKey(table.c.id, ondelete="CASCADE", deferrable=True, initially="DEFERRED")


def _attachments(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "crm_attachments",
        metadata,
        sa.Column("id", CellText(), primary_key=True),
        sa.Column("record_id", CellText(), nullable=False),
        sa.Column("field_id", CellText(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("type", sa.Text()),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Index("ix_crm_attachments_record", "record_id", "field_id", "place"),
    )


def _counters(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "crm_counters",
        metadata,
        sa.Column("field_id", CellText(), primary_key=True),
        sa.Column("last", sa.BigInteger(), nullable=False),
    )


def _options(metadata: sa.MetaData) -> sa.Table:
    """The choices of selects, for whoever reads the database; Titus itself has them in the catalogue."""
    return sa.Table(
        "crm_options",
        metadata,
        sa.Column("field_id", CellText(), primary_key=True),
        sa.Column("option_id", CellText(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
    )

"""A table as formulas see it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.cells.kind import as_it_is
from titus_adapters.sandbox.airtable.cells.kinds import kind_of
from titus_adapters.sandbox.airtable.computed.calculations import CALCULATIONS
from titus_adapters.sandbox.airtable.computed.stamps import modified_at
from titus_adapters.sandbox.airtable.formula.scope import Column, Reading
from titus_adapters.sandbox.airtable.formula.values import Value
from titus_adapters.sandbox.airtable.times import moment

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base


class TableScope:
    """Its columns by id or name, and its records' own facts."""

    def __init__(self, base: Base, table: Table) -> None:
        self._base = base
        self._table = table

    @property
    def blank_dates_are_false(self) -> bool:
        return self._base.house.switches.blank_dates == "false"

    def column(self, name: str) -> Column | None:
        field = self._table.find_field(name)
        if field is None:
            return None
        return Column(
            field.id, self._reading(field), exact=kind_of(field.type).exact and field.type not in CALCULATIONS
        )

    def _reading(self, field: Field) -> Reading:
        base, table, field_id = self._base, self._table, field.id
        if field.type in CALCULATIONS:
            return lambda row: base.value(table, field, row)
        value = kind_of(field.type).value
        if value is as_it_is:
            return lambda row: row.cells.get(field_id)

        def read(row: Row) -> Value:
            stored = row.cells.get(field_id)
            return None if stored is None else value(base, field, stored)

        return read

    def now(self) -> datetime:
        return moment(self._base.house.now())

    def row_id(self, row: Row) -> str:
        return row.id

    def created(self, row: Row) -> datetime:
        return moment(row.created_at)

    def modified(self, row: Row, field_ids: tuple[str, ...]) -> datetime | None:
        return modified_at(row, field_ids)


class ValuesScope:
    """What a rollup's formula sees: `values`, which is what it is given."""

    blank_dates_are_false = False

    def __init__(self, base: Base) -> None:
        self._base = base

    def column(self, name: str) -> Column | None:
        return Column("values", lambda values: list(values)) if name.lower() == "values" else None

    def now(self) -> datetime:
        return moment(self._base.house.now())

    def row_id(self, _: object) -> str:
        return ""

    def created(self, _: object) -> datetime:
        return self.now()

    def modified(self, _: object, __: tuple[str, ...]) -> datetime | None:
        return None

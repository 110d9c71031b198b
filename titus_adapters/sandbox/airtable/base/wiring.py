"""Which cells depend on which: compiled formulas, and the way from a changed cell to those calculated from it.

Made anew whenever a table or field changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.base.scope import TableScope, ValuesScope
from titus_adapters.sandbox.airtable.computed.formulas import aggregation_of
from titus_adapters.sandbox.airtable.computed.through import Behind, behind
from titus_adapters.sandbox.airtable.formula.compiler import compile_formula
from titus_adapters.sandbox.airtable.formula.errors import BadFormula, Failed
from titus_adapters.sandbox.airtable.formula.parser import parse
from titus_adapters.sandbox.airtable.formula.scope import Reading
from titus_adapters.sandbox.airtable.formula.special import OF_TIME
from titus_adapters.sandbox.airtable.formula.tree import calls, field_names

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base

Cell = tuple[Table, Row, str]
"""A record's field, by its id."""

MODIFIED = "last modified time"
"""Stands for the field that every edit of a record changes."""


class Dependent(msgspec.Struct, frozen=True):
    """A calculated field; `link` is the field of its own table that leads to the cell, None in the same record."""

    table: Table
    field: Field
    link: Field | None = None


class Wiring:
    """Of one base, as its tables are now."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._formulas: dict[str, Reading | None] = {}
        self._behind: dict[str, Behind | None] = {}
        self._restless: set[str] = set()
        """Calculated fields that change by themselves: they tell the time, or depend on one that does."""
        self._dependents: dict[tuple[str, str], list[Dependent]] = defaultdict(list)
        for table in base.tables:
            for field in table.fields.values():
                self._connect(table, field)
        self._spread_restlessness()

    def formula(self, table: Table, field: Field) -> Reading:
        """The formula of a formula field or rollup; raises `Failed` if it is none."""
        read = self._formulas.get(field.id)
        if read is None:
            raise Failed
        return read

    def behind(self, table: Table, field: Field) -> Behind | None:
        return self._behind.get(field.id)

    def lasts(self, field: Field) -> bool:
        """Whether a value may be remembered until a cell that it depends on changes."""
        return field.id not in self._restless

    def depending_on(self, cells: Iterable[Cell]) -> dict[tuple[str, str], Cell]:
        """The calculated cells that depend on these, near and far, by record and field."""
        found: dict[tuple[str, str], Cell] = {}
        waiting = list(cells)
        while waiting:
            table, row, field_id = waiting.pop()
            for dependent in self._dependents.get((table.id, field_id), ()):
                for near in self._rows_of(dependent, row):
                    key = (near.id, dependent.field.id)
                    if key not in found:
                        found[key] = (dependent.table, near, dependent.field.id)
                        waiting.append(found[key])
        return found

    def _rows_of(self, dependent: Dependent, row: Row) -> Iterator[Row]:
        link = dependent.link
        if link is None:
            yield row
            return
        inverse = link.option("inverseLinkFieldId")
        if inverse is None:
            yield from (one for one in dependent.table.rows.values() if row.id in (one.cells.get(link.id) or ()))
            return
        for record_id in row.cells.get(inverse) or ():
            if record_id in dependent.table.rows:
                yield dependent.table.rows[record_id]

    def _connect(self, table: Table, field: Field) -> None:
        match field.type:
            case "formula":
                self._connect_formula(table, field)
            case "rollup" | "multipleLookupValues" | "count":
                self._connect_link(table, field)
            case "lastModifiedTime" | "lastModifiedBy":
                self._dependents[table.id, MODIFIED].append(Dependent(table, field))

    def _connect_formula(self, table: Table, field: Field) -> None:
        try:
            tree = parse(field.option("formula") or "", newlines=self._base.house.switches.newlines_in_formula_texts)
            self._formulas[field.id] = compile_formula(tree, TableScope(self._base, table))
        except BadFormula:
            self._formulas[field.id] = None
            return
        if calls(tree) & OF_TIME:
            self._restless.add(field.id)
        if "LAST_MODIFIED_TIME" in calls(tree):
            self._dependents[table.id, MODIFIED].append(Dependent(table, field))
        for name in field_names(tree):
            read = table.find_field(name)
            if read is not None:
                self._depend(table, field, read)

    def _depend(self, table: Table, field: Field, read: Field) -> None:
        """On a cell of the same record; on the names of records that are linked there, too."""
        self._dependents[table.id, read.id].append(Dependent(table, field))
        linked = str(read.option("linkedTableId")) if read.type == "multipleRecordLinks" else ""
        if linked in self._base.tables:
            primary = self._base.tables[linked].primary_field_id
            self._dependents[linked, primary].append(Dependent(table, field, read))

    def _connect_link(self, table: Table, field: Field) -> None:
        place = self._behind[field.id] = behind(self._base, table, field)
        if field.type == "rollup":
            try:
                self._formulas[field.id] = compile_formula(parse(aggregation_of(field)), ValuesScope(self._base))
            except BadFormula:
                self._formulas[field.id] = None
        if place is None:
            return
        self._dependents[table.id, place.link.id].append(Dependent(table, field))
        if place.field is not None:
            self._depend_behind(table, field, place, place.field)

    def _depend_behind(self, table: Table, field: Field, place: Behind, target: Field) -> None:
        self._dependents[place.table.id, target.id].append(Dependent(table, field, place.link))
        if target.type in {"lastModifiedTime", "lastModifiedBy"}:
            self._dependents[place.table.id, MODIFIED].append(Dependent(table, field, place.link))

    def _spread_restlessness(self) -> None:
        waiting = [(table.id, field_id) for table in self._base.tables for field_id in table.fields]
        waiting = [key for key in waiting if key[1] in self._restless]
        while waiting:
            for dependent in self._dependents.get(waiting.pop(), ()):
                if dependent.field.id not in self._restless:
                    self._restless.add(dependent.field.id)
                    waiting.append((dependent.table.id, dependent.field.id))

"""Bases as they are kept. All of it changes in place; `writing` and `describing` are what changes it."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.refusals import unknown_field

Stored = Any
"""A cell as it is kept: text, number, True, a select's name, ISO text of a date, ids of records, users or attachments,
or whatever a type that nobody writes is given. An empty cell is not kept."""

WRITABLE = frozenset(
    {
        "singleLineText",
        "multilineText",
        "richText",
        "email",
        "url",
        "phoneNumber",
        "number",
        "currency",
        "percent",
        "duration",
        "rating",
        "checkbox",
        "singleSelect",
        "multipleSelects",
        "date",
        "dateTime",
        "singleCollaborator",
        "multipleCollaborators",
        "multipleRecordLinks",
        "multipleAttachments",
        "barcode",
    }
)


class Field(msgspec.Struct, kw_only=True, eq=False):
    """`options` as metadata shows them. `aggregation` is a rollup's formula over `values`, which metadata hides."""

    id: str
    name: str
    type: str
    options: dict[str, Any] | None = None
    description: str | None = None
    aggregation: str | None = None

    @property
    def computed(self) -> bool:
        """Nobody writes it; a type that the sandbox does not know is not written either."""
        return self.type not in WRITABLE

    def option(self, name: str) -> Any:
        return (self.options or {}).get(name)

    @property
    def choices(self) -> list[dict[str, Any]]:
        return self.option("choices") or []


class View(msgspec.Struct, kw_only=True, eq=False):
    """`formula` and `sort` (field and whether it goes down) are what metadata does not tell."""

    id: str
    name: str
    type: str = "grid"
    formula: str | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    visible: tuple[str, ...] | None = None


class Row:
    """One record. `computed` remembers what was calculated; `given` overrules it, None hiding the field."""

    __slots__ = ("cells", "comments", "computed", "created_at", "created_by", "given", "id", "modified_by", "touched")

    def __init__(self, id: str, created_at: float, created_by: str) -> None:
        self.id = id
        self.created_at = created_at
        self.created_by = created_by
        self.modified_by: str | None = None
        self.cells: dict[str, Stored] = {}
        self.touched: dict[str, float] = {}
        """When each field was last edited by somebody."""
        self.computed: dict[str, Any] = {}
        self.given: dict[str, Any] | None = None
        self.comments: list[Any] | None = None


class Table:
    """`version` grows with every change of its records or fields."""

    def __init__(self, id: str, name: str, description: str | None = None) -> None:
        self.id = id
        self.name = name
        self.description = description
        self.primary_field_id = ""
        self.fields: dict[str, Field] = {}
        self.views: list[View] = []
        self.rows: dict[str, Row] = {}
        self.numbers: dict[str, int] = {}
        """The last number given out, by autoNumber field."""
        self.date_dependency: dict[str, Any] | None = None
        self.version = 0
        self._order: list[str] | None = None

    @property
    def primary(self) -> Field:
        return self.fields[self.primary_field_id]

    @property
    def order(self) -> list[str]:
        """The ids of its records, in code-point order."""
        if self._order is None:
            self._order = sorted(self.rows)
        return self._order

    def find_field(self, name: str) -> Field | None:
        """By id, name, or the name in other letters."""
        return self.fields.get(name) or _named(self.fields.values(), name)

    def field(self, name: str) -> Field:
        found = self.fields.get(name) or next((one for one in self.fields.values() if one.name == name), None)
        if found is None:
            raise unknown_field(name)
        return found

    def find_view(self, name: str) -> View | None:
        return next((view for view in self.views if name in {view.id, view.name}), None)

    def add(self, row: Row) -> None:
        self.rows[row.id] = row
        if self._order is not None:
            bisect.insort(self._order, row.id)

    def add_many(self, rows: list[Row]) -> None:
        """Without keeping the order up meanwhile."""
        self._order = None
        for row in rows:
            self.rows[row.id] = row

    def remove(self, row: Row) -> None:
        del self.rows[row.id]
        if self._order is not None:
            del self._order[bisect.bisect_left(self._order, row.id)]


def _named(fields: Any, name: str) -> Field | None:
    exact = folded = None
    wanted = name.strip().casefold()
    for field in fields:
        if field.name == name:
            exact = field
        elif field.name.strip().casefold() == wanted:
            folded = folded or field
    return exact or folded


class Tables:
    """A base's tables, by id and name."""

    def __init__(self) -> None:
        self._by_id: dict[str, Table] = {}

    def __iter__(self) -> Iterator[Table]:
        return iter(self._by_id.values())

    def __getitem__(self, table_id: str) -> Table:
        return self._by_id[table_id]

    def __contains__(self, table_id: object) -> bool:
        return table_id in self._by_id

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, table: Table) -> None:
        self._by_id[table.id] = table

    def remove(self, table_id: str) -> None:
        del self._by_id[table_id]

    def find(self, name: str) -> Table | None:
        return self._by_id.get(name) or next((one for one in self if one.name == name), None)

    def with_field(self, field_id: str) -> Table | None:
        return next((table for table in self if field_id in table.fields), None)

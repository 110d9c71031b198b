"""Which records a list shows, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table, View
from titus_adapters.sandbox.airtable.base.scope import TableScope
from titus_adapters.sandbox.airtable.cells.kinds import kind_of
from titus_adapters.sandbox.airtable.computed.calculations import CALCULATIONS
from titus_adapters.sandbox.airtable.formula.errors import TOO_COMPLEX, BadFormula, Failed
from titus_adapters.sandbox.airtable.formula.filters import keeps, only
from titus_adapters.sandbox.airtable.formula.parser import parse
from titus_adapters.sandbox.airtable.formula.tree import size
from titus_adapters.sandbox.airtable.formula.values import to_text
from titus_adapters.sandbox.airtable.refusals import bad_formula

MOST_WORK = 20_000_000
"""Nodes of a formula times records; more than that is refused rather than calculated for minutes."""

Keep = Callable[[Row], bool]


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What decides about a list's records. `sort` are field ids, and whether they go down."""

    table_id: str
    formula: str | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    view_id: str | None = None


class Filter(msgspec.Struct, frozen=True):
    """`ids`: the only records that can be kept, where the formula says so."""

    keep: Keep
    ids: frozenset[str] | None = None


def filter_of(base: Base, table: Table, formula: str | None) -> Filter | None:
    """None keeps all; raises `Refused` for what is no formula."""
    if formula is None:
        return None
    try:
        tree = parse(formula, newlines=base.house.switches.newlines_in_formula_texts)
        ids = only(tree)
        records = len(table.rows) if ids is None else len(ids)
        if records * size(tree) > MOST_WORK:
            raise BadFormula(TOO_COMPLEX)
        return Filter(keeps(tree, TableScope(base, table)), ids)
    except BadFormula as error:
        raise bad_formula(error.message) from error


def in_order(base: Base, table: Table, query: Query, view: View | None) -> Sequence[str]:
    """The ids of its records in the order of the list, before the formula: of those of the view, if there is one."""
    sort = query.sort or (view.sort if view is not None else ())
    in_view = filter_of(base, table, view.formula) if view is not None else None
    if not sort:
        return _as_they_lie(base, table, view, in_view)
    rows = [table.rows[record_id] for record_id in table.order]
    if in_view is not None:
        rows = [row for row in rows if in_view.keep(row)]
    for field_id, downwards in reversed(sort):
        rows.sort(key=_key(base, table, table.fields[field_id]), reverse=downwards)
    return [row.id for row in rows]


def _as_they_lie(base: Base, table: Table, view: View | None, in_view: Filter | None) -> Sequence[str]:
    """A view without a sort shows records as they were made."""
    if view is None and base.house.switches.unsorted == "by_id":
        return table.order
    if in_view is None:
        return list(table.rows)
    return [row.id for row in table.rows.values() if in_view.keep(row)]


def _key(base: Base, table: Table, field: Field) -> Callable[[Row], Any]:
    """Empty cells come first, and so last downwards; selects go by the place of their option, text by its letters
    without regard to case."""
    if field.type == "singleSelect":
        places = {choice["name"]: place for place, choice in enumerate(field.choices)}
        return lambda row: places.get(row.cells.get(field.id), -1)
    if kind_of(field.type).exact and field.type not in CALCULATIONS:
        return lambda row: (row.cells.get(field.id) or "").casefold()

    def key(row: Row) -> tuple[int, Any]:
        try:
            value = base.value(table, field, row)
        except Failed:
            return (0, "")
        if value is None or value == "" or value == []:
            return (0, "")
        if isinstance(value, (int, float)):
            return (1, value)
        return (2, to_text(value).casefold())

    return key

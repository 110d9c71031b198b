"""Lookups and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.computed.calculation import Calculation
from titus_adapters.sandbox.airtable.computed.through import rows_behind, values_through
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.values import Value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base

Looked = tuple[tuple[str, Any, Any, Value], ...]
"""For each linked record its id and its cell in version 1, in version 2, and for formulas."""


def _look(base: Base, table: Table, field: Field, row: Row) -> Looked | None:
    place = base.wiring.behind(table, field)
    if place is None or place.field is None:
        raise Failed
    target, rows = place.field, list(rows_behind(place, row))
    values = values_through(base, table, field, row)
    return (
        tuple(
            (one.id, base.show(place.table, target, one), base.tell(place.table, target, one), value)
            for one, value in zip(rows, values, strict=True)
        )
        or None
    )


def _show(base: Base, __: Field, looked: Looked) -> Any:
    switches = base.house.switches
    shown: list[Any] = []
    for _, cell, *_rest in looked:
        if isinstance(cell, list) and not switches.nested_lookups:
            shown.extend(cell)
        elif cell is not None or switches.nulls_in_lookups:
            shown.append(cell)
    return shown or None


def _tell(_: Base, __: Field, looked: Looked) -> Any:
    return {
        "linkedRecordIds": [record_id for record_id, *_ in looked],
        "valuesByLinkedRecordId": {
            record_id: cell if isinstance(cell, list) else [] if cell is None else [cell]
            for record_id, _, cell, __ in looked
        },
    }


def _value(_: Base, __: Field, looked: Looked) -> Value:
    return [value for *_, value in looked if value is not None]


def _count(base: Base, table: Table, field: Field, row: Row) -> int:
    place = base.wiring.behind(table, field)
    if place is None:
        raise Failed
    return sum(1 for _ in rows_behind(place, row))


LOOKUP = Calculation(compute=_look, show=_show, tell=_tell, value=_value)
COUNT = Calculation(compute=_count, show=lambda _, __, count: count, value=lambda _, __, count: count)

"""What lies behind a link: the linked records of a cell, and their cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.values import Value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base


class Behind(msgspec.Struct, frozen=True):
    """Where a lookup, rollup or count looks: the link, the table behind it, and the field there (a count has none)."""

    link: Field
    table: Table
    field: Field | None


def behind(base: Base, table: Table, field: Field) -> Behind | None:
    """None if something of it is gone."""
    link = table.fields.get(field.option("recordLinkFieldId") or "")
    if link is None or link.option("linkedTableId") not in base.tables:
        return None
    linked = base.tables[link.option("linkedTableId")]
    target = field.option("fieldIdInLinkedTable")
    if target is not None and target not in linked.fields:
        return None
    return Behind(link, linked, linked.fields[target] if target is not None else None)


def rows_behind(place: Behind, row: Row) -> Iterator[Row]:
    """In the order of the links; ids that lead nowhere are left out."""
    for record_id in row.cells.get(place.link.id) or ():
        found = place.table.rows.get(record_id)
        if found is not None:
            yield found


def values_through(base: Base, table: Table, field: Field, row: Row) -> list[Value]:
    """The linked cells as a rollup gets them, empty ones included."""
    place = base.wiring.behind(table, field)
    if place is None or place.field is None:
        raise Failed
    target = place.field
    return [base.value(place.table, target, one) for one in rows_behind(place, row)]

"""Records as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.times import stamp


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How records are shown. `fields` None: all of them; `zone`: every cell as text, with times of that zone."""

    by_id: bool = False
    fields: tuple[str, ...] | None = None
    zone: str | None = None
    comment_count: bool = False


PLAIN = Look()


def record_json(base: Base, table: Table, row: Row, look: Look = PLAIN) -> dict[str, Any]:
    """Empty cells are left out."""
    fields = table.fields.values() if look.fields is None else [table.fields[one] for one in look.fields]
    shown: dict[str, Any] = {
        "id": row.id,
        "createdTime": stamp(row.created_at),
        "fields": _cells(base, table, row, fields, look),
    }
    if look.comment_count:
        shown["commentCount"] = len(row.comments or ())
    return shown


def _cells(base: Base, table: Table, row: Row, fields: Iterable[Field], look: Look) -> dict[str, Any]:
    cells = {}
    for field in fields:
        cell = base.show(table, field, row) if look.zone is None else base.text(table, field, row, look.zone)
        if cell is not None and cell != "" and cell != [] and cell is not False:
            cells[field.id if look.by_id else field.name] = cell
    return cells

"""Records as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.cells.kind import as_it_is
from titus_adapters.sandbox.airtable.cells.kinds import kind_of
from titus_adapters.sandbox.airtable.computed.calculations import CALCULATIONS
from titus_adapters.sandbox.airtable.times import stamp


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How records are shown. `fields` None: all of them; `zone`: every cell as text, with times of that zone."""

    by_id: bool = False
    fields: tuple[str, ...] | None = None
    zone: str | None = None
    comment_count: bool = False


PLAIN = Look()


class Painter:
    """Shows records of one table; what it needs to know of the fields it looks up once."""

    def __init__(self, base: Base, table: Table, look: Look = PLAIN) -> None:
        self._base, self._table, self._look = base, table, look
        fields = table.fields.values() if look.fields is None else [table.fields[one] for one in look.fields]
        self._columns = [(field.id if look.by_id else field.name, field, _is_plain(field)) for field in fields]

    def record(self, row: Row) -> dict[str, Any]:
        """Empty cells are left out."""
        cells = self._cells(row) if self._look.zone is None else self._texts(row, self._look.zone)
        shown: dict[str, Any] = {"id": row.id, "createdTime": stamp(row.created_at), "fields": cells}
        if self._look.comment_count:
            shown["commentCount"] = len(row.comments or ())
        return shown

    def _cells(self, row: Row) -> dict[str, Any]:
        shown = {}
        for key, field, plain in self._columns:
            cell = row.cells.get(field.id) if plain else self._base.show(self._table, field, row)
            if cell is not None and cell != "" and cell != [] and cell is not False:
                shown[key] = cell
        return shown

    def _texts(self, row: Row, zone: str) -> dict[str, str]:
        shown = {key: self._base.text(self._table, field, row, zone) for key, field, _ in self._columns}
        return {key: text for key, text in shown.items() if text}


def record_json(base: Base, table: Table, row: Row, look: Look = PLAIN) -> dict[str, Any]:
    return Painter(base, table, look).record(row)


def _is_plain(field: Field) -> bool:
    """Kept as it is shown, and never given otherwise."""
    return not field.computed and field.type not in CALCULATIONS and kind_of(field.type).show is as_it_is

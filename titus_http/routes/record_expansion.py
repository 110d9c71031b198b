"""What links lead to, fetched for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence

from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Catalogue, Field, Table
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import MOST_AT_ONCE, RecordStore

MOST = 1000
"""Linked records of one page."""


def expanding(table: Table, told: str | None) -> tuple[Field, ...]:
    """The link fields that `expand` names. Raises `UnknownField`, and `Invalid` for fields that do not link."""
    fields = tuple(table.named(word) for word in (told or "").split(",") if word)
    for field in fields:
        if field.link is None:
            raise Invalid("expand", f"{field.api} does not link")
    return fields


async def linked_records(
    store: RecordStore, catalogue: Catalogue, fields: Sequence[Field], records: Sequence[Record]
) -> dict[TableId, tuple[Record, ...]]:
    """By table, each record once, in the order in which they are met; the first thousand."""
    wanted: dict[TableId, dict[RecordId, None]] = {}
    for field in fields:
        assert field.link is not None, "`expanding` lets no other through"
        ids = wanted.setdefault(catalogue.table(field.link.table).id, {})
        for record in records:
            cell = record.fields.get(field.id)
            ids |= dict.fromkeys(RecordId(str(one)) for one in cell) if isinstance(cell, tuple) else {}
    return {table: await _fetched(store, table, tuple(ids)[:MOST]) for table, ids in wanted.items()}


async def _fetched(store: RecordStore, table: TableId, ids: tuple[RecordId, ...]) -> tuple[Record, ...]:
    found: list[Record] = []
    for start in range(0, len(ids), MOST_AT_ONCE):
        found += await store.get(table, ids[start : start + MOST_AT_ONCE])
    return tuple(found)

"""Creating, updating, replacing, upserting and deleting records: each request whole, or not at all."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.commit import commit
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.base.plan import Plan
from titus_adapters.sandbox.airtable.refusals import Refused, invalid_request, no_row

MERGEABLE = frozenset({"singleLineText", "multilineText", "number", "singleSelect", "multipleSelects", "date"})
"""Types that an upsert may match records by."""


class Item(msgspec.Struct, frozen=True):
    """One record of a request; `id` None: a new one, or one to be found."""

    fields: dict[str, Any]
    id: str | None = None


class Merged(msgspec.Struct, frozen=True):
    rows: list[Row]
    created: list[str]
    updated: list[str]


def create(plan: Plan, table: Table, items: list[Item]) -> list[Row]:
    rows = [_create(plan, table, item) for item in items]
    commit(plan)
    return rows


def update(plan: Plan, table: Table, items: list[Item], *, replace: bool = False) -> list[Row]:
    """`replace` empties every writable cell that an item does not name."""
    rows = [_row(table, item.id or "") for item in items]
    _distinct(rows)
    for row, item in zip(rows, items, strict=True):
        _update(plan, table, row, item, replace=replace)
    commit(plan)
    return rows


def delete(plan: Plan, table: Table, ids: list[str]) -> None:
    rows = [_row(table, record_id) for record_id in ids]
    _distinct(rows)
    for row in rows:
        plan.destroy(table, row)
    commit(plan)


def upsert(plan: Plan, table: Table, items: list[Item], merge_on: list[str], *, replace: bool = False) -> Merged:
    """Items without an id update the one record with the same values in these fields, or become a record. More than
    one such record is refused, and with it the request."""
    fields = [_mergeable(table, name) for name in merge_on]
    merged, known = Merged([], [], []), _by_key(table, fields)
    for item in items:
        row = _row(table, item.id) if item.id is not None else _match(plan, table, item, fields, known)
        if row is None:
            row = _create(plan, table, item)
            merged.created.append(row.id)
        else:
            _update(plan, table, row, item, replace=replace)
            merged.updated.append(row.id)
        merged.rows.append(row)
    _distinct(merged.rows)
    commit(plan)
    return merged


def _create(plan: Plan, table: Table, item: Item) -> Row:
    row = plan.make(table)
    plan.write(table, row, item.fields)
    return row


def _update(plan: Plan, table: Table, row: Row, item: Item, *, replace: bool) -> None:
    plan.write(table, row, item.fields)
    if replace:
        plan.clear(table, row, frozenset(table.field(name).id for name in item.fields))


def _row(table: Table, record_id: str) -> Row:
    row = table.rows.get(record_id)
    if row is None:
        raise no_row(record_id)
    return row


def _distinct(rows: list[Row]) -> None:
    if len({row.id for row in rows}) < len(rows):
        raise invalid_request("The same record cannot be changed more than once in a request.")


def _mergeable(table: Table, name: str) -> Field:
    field = table.field(name)
    if field.type not in MERGEABLE:
        raise Refused(422, "INVALID_REQUEST_UNKNOWN", f'Field "{field.name}" cannot be used to merge on')
    return field


def _by_key(table: Table, fields: list[Field]) -> dict[str, list[Row]]:
    """All records by their values in these fields."""
    known: dict[str, list[Row]] = {}
    for row in table.rows.values():
        known.setdefault(repr([row.cells.get(field.id) for field in fields]), []).append(row)
    return known


def _match(plan: Plan, table: Table, item: Item, fields: list[Field], known: dict[str, list[Row]]) -> Row | None:
    found = known.get(repr(_key(plan, table, item, fields)), [])
    if len(found) > 1:
        raise invalid_request("More than one record matches the fields to merge on.")
    return found[0] if found else None


def _key(plan: Plan, table: Table, item: Item, fields: list[Field]) -> list[Any]:
    """The item's own values in these fields, as they would be kept."""
    sent = {table.field(name).id: value for name, value in item.fields.items()}
    absent = [field.name for field in fields if field.id not in sent]
    if absent:
        raise invalid_request(f'Every record needs a value for "{absent[0]}", which is merged on.')
    return [plan.accepted(field, sent[field.id]) for field in fields]

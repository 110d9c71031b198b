"""From what was done to what a webhook is told, in cells of version 2."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import Cells, Changed, FieldChange, TableChange, Transaction
from titus_adapters.sandbox.airtable.base.model import Row, Table
from titus_adapters.sandbox.airtable.cells.people import show_user
from titus_adapters.sandbox.airtable.hooks.specification import Specification
from titus_adapters.sandbox.airtable.times import stamp

Told = dict[str, Any]


def payloads_of(
    base: Base, specification: Specification, transaction: Transaction, split: Literal["never", "by_table", "by_record"]
) -> list[Told]:
    """None at all, if nothing of it is wanted; several with the same number, if it is split."""
    tables = {change.table.id: told for change, told in _tables(base, specification, transaction) if told}
    rest = _whole_tables(base, transaction) if specification.wants("tableMetadata") else {}
    parts = [{"changedTablesById": part} for part in _split(tables, split)]
    if rest:
        parts = [rest | (parts[0] if parts else {}), *parts[1:]]
    return [frame(base, transaction) | part for part in parts]


def error_payload(base: Base, at: float, code: str) -> Told:
    return {
        "timestamp": stamp(at),
        "baseTransactionNumber": base.transactions,
        "payloadFormat": "v0",
        "error": True,
        "code": code,
    }


def frame(base: Base, transaction: Transaction) -> Told:
    """What every payload says of its action."""
    user = show_user(base, transaction.user_id) | {"permissionLevel": base.permission_of(transaction.user_id)}
    return {
        "timestamp": stamp(transaction.at),
        "baseTransactionNumber": transaction.number,
        "actionMetadata": {"source": transaction.source, "sourceMetadata": {"user": user}},
        "payloadFormat": "v0",
    }


def _tables(base: Base, specification: Specification, transaction: Transaction) -> Iterator[tuple[TableChange, Told]]:
    for change in transaction.tables.values():
        told: Told = {}
        if specification.wants("tableMetadata") and change.renamed is not None:
            told["changedMetadata"] = dict(zip(("current", "previous"), change.renamed, strict=True))
        if specification.wants("tableFields"):
            told |= _fields(specification, change.fields)
        if specification.wants("tableData") and _in_scope(specification, change.table):
            told |= _records(base, specification, change)
        yield change, told


def _in_scope(specification: Specification, table: Table) -> bool:
    """A view's records are told of apart (`views`)."""
    return specification.filters.record_change_scope in {None, table.id}


def _fields(specification: Specification, changes: list[FieldChange]) -> Told:
    watched = specification.filters.watch_schemas_of_field_ids
    told: Told = {}
    for one in changes:
        if watched and one.id not in watched:
            continue
        if one.current is None:
            told.setdefault("destroyedFieldIds", []).append(one.id)
        elif one.previous is None:
            told.setdefault("createdFieldsById", {})[one.id] = one.current
        else:
            previous = specification.includes.include_previous_field_definitions
            definition: Told = {"current": one.current} | ({"previous": one.previous} if previous else {})
            told.setdefault("changedFieldsById", {})[one.id] = definition
    return told


def _records(base: Base, specification: Specification, change: TableChange) -> Told:
    created = {row.id: created_record(row, cells) for row, cells in change.created}
    changed = {one.row.id: changed_record(base, specification, change.table, one) for one in change.changed}
    return records_told(specification, created, changed, change.destroyed)


def records_told(
    specification: Specification, created: Told, changed: dict[str, Told | None], destroyed: list[str]
) -> Told:
    """Of these only what the specification wants."""
    told: Told = {
        "createdRecordsById": created if specification.wants_change("add") else {},
        "changedRecordsById": {key: one for key, one in changed.items() if one is not None},
        "destroyedRecordIds": destroyed if specification.wants_change("remove") else [],
    }
    if not specification.wants_change("update"):
        del told["changedRecordsById"]
    return {key: value for key, value in told.items() if value}


def created_record(row: Row, cells: Cells) -> Told:
    return {"createdTime": stamp(row.created_at), "cellValuesByFieldId": cells}


def changed_record(base: Base, specification: Specification, table: Table, changed: Changed) -> Told | None:
    """None if no field changed that is watched."""
    watched, includes = specification.filters.watch_data_in_field_ids, specification.includes
    current = _watched(changed.current, watched)
    if not current:
        return None
    told: Told = {"current": {"cellValuesByFieldId": current}}
    if includes.include_previous_cell_values:
        told["previous"] = {"cellValuesByFieldId": _watched(changed.previous, watched)}
    unchanged = _unchanged(base, table, changed, includes.include_cell_values_in_field_ids)
    if unchanged:
        told["unchanged"] = {"cellValuesByFieldId": unchanged}
    return told


def _watched(cells: Cells, watched: list[str]) -> Cells:
    return {field_id: cell for field_id, cell in cells.items() if not watched or field_id in watched}


def _unchanged(base: Base, table: Table, changed: Changed, wanted: list[str] | Literal["all"] | None) -> Cells:
    ids = list(table.fields) if wanted == "all" else [one for one in wanted or [] if one in table.fields]
    shown = {one: base.tell(table, table.fields[one], changed.row) for one in ids if one not in changed.current}
    return {field_id: cell for field_id, cell in shown.items() if cell is not None}


def _whole_tables(base: Base, transaction: Transaction) -> Told:
    told: Told = {}
    if transaction.created_tables:
        told["createdTablesById"] = {table.id: _whole_table(base, table) for table in transaction.created_tables}
    if transaction.destroyed_tables:
        told["destroyedTableIds"] = list(transaction.destroyed_tables)
    return told


def _whole_table(base: Base, table: Table) -> Told:
    return {
        "metadata": {"name": table.name, "description": table.description},
        "fieldsById": {one.id: {"name": one.name, "type": one.type} for one in table.fields.values()},
        "recordsById": {},
    }


def _split(tables: dict[str, Told], how: str) -> list[dict[str, Told]]:
    if how == "never" or not tables:
        return [tables] if tables else []
    if how == "by_table":
        return [{table_id: told} for table_id, told in tables.items()]
    return [{table_id: piece} for table_id, told in tables.items() for piece in _pieces(told)]


def _pieces(told: Told) -> Iterator[Told]:
    """A payload for each record, and one for all that is no record."""
    rest = {key: value for key, value in told.items() if key not in _RECORDS}
    if rest:
        yield rest
    for key, take in _RECORDS.items():
        yield from ({key: one} for one in take(told.get(key)))


_RECORDS: dict[str, Callable[[Any], list[Any]]] = {
    "createdRecordsById": lambda records: [{key: one} for key, one in (records or {}).items()],
    "changedRecordsById": lambda records: [{key: one} for key, one in (records or {}).items()],
    "destroyedRecordIds": lambda ids: [[one] for one in ids or []],
}

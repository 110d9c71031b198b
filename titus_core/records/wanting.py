"""Writes that every store refuses alike, before it looks at a single row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from msgspec.structs import replace

from titus_core.kernel.errors import Invalid, TitusError
from titus_core.records.catalogue import Catalogue, Kind, Table
from titus_core.records.model import FieldId, Fields, RecordId
from titus_core.records.ports import MOST_AT_ONCE, Create, Delete, Update, Upsert, Write
from titus_core.records.values import written

MOST_KEYS = 3
MATCHED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.SELECT})
"""Kinds of fields that an upsert may go by: where equal means the same on every store."""


def checked_write(catalogue: Catalogue, write: Write) -> Write:
    """The same write, with field ids and canonical cells. Raises `UnknownTable`, `UnknownField` and `Invalid`; what an
    error of one item is about is in `data["item"]`."""
    table = catalogue.table(write.table)
    _check_size(write.items)
    match write:
        case Create(items=items):
            return replace(write, table=table.id, items=tuple(_cells(table, *item) for item in enumerate(items)))
        case Upsert(items=items):
            sound = tuple(_cells(table, *item) for item in enumerate(items))
            return replace(write, table=table.id, items=sound, match_on=_keys(table, write.match_on, sound))
        case Update(items=changes):
            _check_once([change.id for change in changes])
            sound_changes = tuple(
                replace(change, fields=_cells(table, place, change.fields)) for place, change in enumerate(changes)
            )
            return replace(write, table=table.id, items=sound_changes)
        case Delete(items=removals):
            _check_once([removal.id for removal in removals])
            return replace(write, table=table.id)
        case _:
            assert_never(write)


def about(error: TitusError, place: int) -> TitusError:
    """The error, saying which item of the write it is about."""
    error.data["item"] = place
    return error


def _check_size(items: Sequence[object]) -> None:
    if not 1 <= len(items) <= MOST_AT_ONCE:
        raise Invalid("records", f"must be 1 to {MOST_AT_ONCE}")


def _check_once(ids: Sequence[RecordId]) -> None:
    for place, one in enumerate(ids):
        if one in ids[:place]:
            raise about(Invalid("records", "names the same record twice"), place)


def _cells(table: Table, place: int, cells: Fields) -> Fields:
    try:
        return {(field := table.field(word)).id: written(field, value) for word, value in cells.items()}
    except Invalid as error:
        about(error, place)
        raise


def _keys(table: Table, match_on: tuple[FieldId, ...], items: Sequence[Fields]) -> tuple[FieldId, ...]:
    if not 1 <= len(match_on) <= MOST_KEYS:
        raise Invalid("matchOn", f"must be 1 to {MOST_KEYS} fields")
    fields = [table.field(word) for word in match_on]
    for field in fields:
        if field.computed is not None or field.kind not in MATCHED:
            raise Invalid("matchOn", f"{field.api} is nothing to match on")
    for place, item in enumerate(items):
        empty = next((field for field in fields if item.get(field.id) is None), None)
        if empty is not None:
            raise about(Invalid(empty.api, "must not be empty: it is matched on"), place)
    _check_different([tuple(item[field.id] for field in fields) for item in items])
    return tuple(field.id for field in fields)


def _check_different(keys: Sequence[object]) -> None:
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise about(Invalid("records", "fill the fields that are matched on alike"), place)

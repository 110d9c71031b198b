"""The order of records, the same on every store, and places in it that outlive a change of store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import msgspec

from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Field, Kind, Table
from titus_core.records.evaluating import comparable
from titus_core.records.model import FieldId, Record, RecordId, Scalar

SORTABLE = frozenset({Kind.TEXT, Kind.NUMBER, Kind.CHECKBOX, Kind.DATE, Kind.INSTANT, Kind.SELECT})
MOST_SORTS = 5

_SAMPLES: dict[Kind, Scalar] = {Kind.NUMBER: 0, Kind.CHECKBOX: False}


class Sort(msgspec.Struct, frozen=True):
    """By this field: numbers by size, text by code point, dates and instants by time, options by their place among the
    choices. Empty cells, and computed ones that failed, come first, or last when it is `descending`. Records that are
    equal so far are in the order of their ids, by code point."""

    field: FieldId
    descending: bool = False


class Place(msgspec.Struct, frozen=True):
    """Behind which record a page begins: its sort key and its id. `hint` is the store's own bookmark, which may have
    died; key and id never do."""

    key: tuple[Scalar | None, ...]
    id: RecordId
    hint: str | None = None


def checked_sort(table: Table, words: Iterable[str]) -> tuple[Sort, ...]:
    """The order that words like `-dateOfBirth` ask for. Raises `UnknownField`; `Invalid` for fields without order."""
    sorts = []
    for word in words:
        field = table.named(word.removeprefix("-"))
        if field.kind not in SORTABLE:
            raise Invalid("sort", f"{field.api} has no order")
        sorts.append(Sort(field.id, descending=word.startswith("-")))
    if len(sorts) > MOST_SORTS:
        raise Invalid("sort", f"takes {MOST_SORTS} fields at most")
    return tuple(sorts)


def place_of(table: Table, sorts: Sequence[Sort], record: Record) -> Place:
    """The place of a record, all of whose sorted cells must be there."""
    return Place(tuple(_part(table.field(sort.field), record) for sort in sorts), record.id)


def ordered(table: Table, sorts: Sequence[Sort], records: Iterable[Record]) -> list[Record]:
    """The records in that order: `compared` of their places."""
    found = sorted(records, key=lambda record: record.id)
    for sort in reversed(sorts):
        found.sort(key=partial(_sort_key, table.field(sort.field)), reverse=sort.descending)
    return found


def _sort_key(field: Field, record: Record) -> tuple[bool, Any]:
    part = _part(field, record)
    return part is not None, part if part is not None else ""


def compared(sorts: Sequence[Sort], one: Place, other: Place) -> int:
    """Below 0 if `one` comes first, above 0 if `other` does; 0: it is the same record."""
    for sort, first, second in zip(sorts, one.key, other.key, strict=True):
        if first != second:
            return -1 if _before(first, second) is not sort.descending else 1
    return (one.id > other.id) - (one.id < other.id)


def _before(first: Scalar | None, second: Scalar | None) -> bool:
    """Of two different parts of keys."""
    if first is None or second is None:
        return first is None
    return first < second  # type: ignore[operator]  # both are of the field's kind


def _part(field: Field, record: Record) -> Scalar | None:
    cell = record.fields.get(field.id)
    if field.kind is Kind.SELECT and isinstance(cell, str):
        return field.position(cell)
    if not comparable(cell, _SAMPLES.get(field.kind, "")):
        return None
    return cell  # type: ignore[return-value]  # comparable: so it is a scalar

"""What two stores say differently of one question, cell by cell, by the evaluator's own notion of what is equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from titus_core.records.catalogue import Field, FieldType, Policy, Table
from titus_core.records.evaluating import comparable
from titus_core.records.model import Misfit, Record, RecordId, Scalar, Value
from titus_core.records.shadow.model import Drift, What

LEEWAY = 60.0
"""Seconds by which the times may differ at which two stores say that a record was changed: each has its own clock, and
hears of the change at another moment."""

_OWN = frozenset({FieldType.MODIFIED_BY})
"""Each store has its own word for who changed a row that only a link touched."""


def drifts(table: Table, told: Sequence[Record], other: Sequence[Record]) -> tuple[Drift, ...]:
    """`told` is what the primary says. Versions are each store's own affair, and are not looked at; when it was changed
    last is, where both tell it."""
    mine, theirs = {one.id: one for one in told}, {one.id: one for one in other}
    missing, extra = _apart([*mine], [*theirs])
    found = [Drift(What.MISSING, one) for one in missing]
    found += [Drift(What.EXTRA, one) for one in extra]
    common = [one for one in mine if one in theirs]
    if common != [one for one in theirs if one in mine]:
        found.append(Drift(What.ORDER))
    for one in common:
        found += _of_record(table, mine[one], theirs[one])
    return tuple(found)


def _apart(mine: list[RecordId], theirs: list[RecordId]) -> tuple[list[RecordId], list[RecordId]]:
    """Those that only one has. One that is missing lets others move up from the following page, and one too many pushes
    others out: those at the end that this explains do not count."""
    missing, extra = [one for one in mine if one not in theirs], [one for one in theirs if one not in mine]
    ends = _end(mine, theirs), _end(theirs, mine)
    inner_missing, inner_extra = len(missing) - ends[0], len(extra) - ends[1]
    return _without(missing, min(ends[0], inner_extra)), _without(extra, min(ends[1], inner_missing))


def _end(ids: list[RecordId], others: list[RecordId]) -> int:
    """How many at the end the other one has not."""
    known = set(others)
    return next((count for count, one in enumerate(reversed(ids)) if one in known), len(ids))


def _without(ids: list[RecordId], last: int) -> list[RecordId]:
    return ids[: len(ids) - last]


def _of_record(table: Table, mine: Record, theirs: Record) -> Iterator[Drift]:
    if mine.created_time != theirs.created_time:
        yield Drift(What.CREATED, mine.id)
    if not _is_near(mine.modified_time, theirs.modified_time):
        yield Drift(What.MODIFIED, mine.id)
    for field in table.fields:
        if _is_compared(field) and not _are_alike(field, mine.fields.get(field.id), theirs.fields.get(field.id)):
            yield Drift(What.CELL, mine.id, field.id)


def _is_compared(field: Field) -> bool:
    return field.type not in _OWN and (field.computed is None or field.computed.policy is not Policy.DROP)


def _are_alike(field: Field, one: Value, other: Value) -> bool:
    if field.type is FieldType.MODIFIED_TIME and isinstance(one, str) and isinstance(other, str):
        return _is_near(one, other)
    return is_equal(one, other)


def _is_near(one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return True
    return abs((_at(one) - _at(other)).total_seconds()) <= LEEWAY


def _at(told: str) -> datetime:
    """An instant, or the day that a field tells of one."""
    return datetime.fromisoformat(told.partition("T")[0] if len(told) == len("2026-11-30") else told)


def is_equal(one: Value, other: Value) -> bool:
    """Scalars as `evaluating` has it: of one sort, and equal. Lists element by element; what does not fit a field and
    what is carried, as it was told."""
    match one:
        case Misfit():
            return isinstance(other, Misfit) and is_equal(one.told, other.told)
        case tuple():
            return isinstance(other, tuple) and len(one) == len(other) and all(map(is_equal, one, other))
        case Mapping():
            return (
                isinstance(other, Mapping)
                and one.keys() == other.keys()
                and all(is_equal(value, other[name]) for name, value in one.items())
            )
        case _:
            return comparable(one, cast("Scalar", other)) and one == other

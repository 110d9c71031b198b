"""What predicates mean. Every store's own way of asking is proven equal to this, or checks its answers with this."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import ge, gt, le, lt
from typing import Any, assert_never

from titus_core.records.folding import fold
from titus_core.records.model import Record, Scalar, Value
from titus_core.records.predicates import (
    And,
    Between,
    CellPredicate,
    Contains,
    CreatedSince,
    Empty,
    Eq,
    Ge,
    Gt,
    HasLink,
    HasOption,
    IdIn,
    In,
    Le,
    Lt,
    ModifiedSince,
    Ne,
    Not,
    Or,
    Predicate,
    StartsWith,
)

Sieve = Callable[[Record], bool]

_NUMBERS = (int, float)
"""A truth is none."""
_ORDER: dict[type, Callable[[Any, Any], bool]] = {Lt: lt, Le: le, Gt: gt, Ge: ge}


def holds(predicate: Predicate, record: Record) -> bool:
    """Whether it is true of the record, whose cells must all be there. The predicate must have been `checked`."""
    return sieve(predicate)(record)


def sieve(predicate: Predicate) -> Sieve:
    """`holds` for many records: the tree is walked once."""
    match predicate:
        case And(of=parts):
            sieves = [sieve(part) for part in parts]
            return lambda record: all(one(record) for one in sieves)
        case Or(of=parts):
            sieves = [sieve(part) for part in parts]
            return lambda record: any(one(record) for one in sieves)
        case Not(of=part):
            inner = sieve(part)
            return lambda record: not inner(record)
        case IdIn(ids=ids):
            return lambda record: record.id in ids
        case CreatedSince(at=at):
            return lambda record: record.created_time >= at
        case ModifiedSince(at=at):
            return lambda record: max(record.created_time, record.modified_time or "") >= at
        case _:
            field, holds_of = predicate.field, of_cell(predicate)
            return lambda record: holds_of(record.fields.get(field))


def of_cell(predicate: CellPredicate) -> Callable[[Value], bool]:
    """Of one cell; None: it is empty."""
    match predicate:
        case Eq(value=value):
            return lambda cell: _has(cell, (value,))
        case Ne(value=value):
            return lambda cell: not _has(cell, (value,))
        case In(values=values):
            return lambda cell: _has(cell, values)
        case Lt(value=value) | Le(value=value) | Gt(value=value) | Ge(value=value):
            order = _ORDER[type(predicate)]
            return lambda cell: comparable(cell, value) and order(cell, value)
        case Between(low=low, high=high):
            above, below = _ORDER[Ge], _ORDER[Le]
            return lambda cell: comparable(cell, low) and above(cell, low) and below(cell, high)
        case Empty():
            return lambda cell: cell is None
        case Contains(text=text):
            part = fold(text)
            return lambda cell: any(part in fold(one) for one in _texts(cell))
        case StartsWith(text=text):
            start = fold(text)
            return lambda cell: any(fold(one).startswith(start) for one in _texts(cell))
        case HasOption(options=options, match=match):
            every = all if match == "all" else any
            return lambda cell: every(option in _elements(cell) for option in options)
        case HasLink(ids=ids):
            return lambda cell: any(linked in ids for linked in _elements(cell))
        case _:
            assert_never(predicate)


def comparable(cell: Value, value: Scalar) -> bool:
    """Whether the cell holds a scalar of the same sort."""
    return type(cell) is type(value) or (type(cell) in _NUMBERS and type(value) in _NUMBERS)


def _has(cell: Value, values: Iterable[Scalar]) -> bool:
    return any(comparable(one, value) and one == value for one in _elements(cell) for value in values)


def _elements(cell: Value) -> tuple[Value, ...]:
    """Of a list its elements, else the cell itself; nothing of an empty one."""
    if isinstance(cell, tuple):
        return cell
    return () if cell is None else (cell,)


def _texts(cell: Value) -> tuple[str, ...]:
    return tuple(one for one in _elements(cell) if isinstance(one, str))

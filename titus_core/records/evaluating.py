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

_ORDER: dict[type, Callable[[Any, Any], bool]] = {Lt: lt, Le: le, Gt: gt, Ge: ge}


def holds(predicate: Predicate, record: Record) -> bool:
    """Whether it is true of the record, whose cells must all be there. The predicate must have been `checked`."""
    match predicate:
        case And(of=parts):
            return all(holds(part, record) for part in parts)
        case Or(of=parts):
            return any(holds(part, record) for part in parts)
        case Not(of=part):
            return not holds(part, record)
        case IdIn(ids=ids):
            return record.id in ids
        case CreatedSince(at=at):
            return record.created_time >= at
        case ModifiedSince(at=at):
            return max(record.created_time, record.modified_time or "") >= at
        case _:
            return _cell_holds(predicate, record.fields.get(predicate.field))


def _cell_holds(predicate: CellPredicate, cell: Value) -> bool:
    """Of one cell; None: it is empty."""
    match predicate:
        case Eq(value=value):
            return _has(cell, (value,))
        case Ne(value=value):
            return not _has(cell, (value,))
        case In(values=values):
            return _has(cell, values)
        case Lt(value=value) | Le(value=value) | Gt(value=value) | Ge(value=value):
            return comparable(cell, value) and _ORDER[type(predicate)](cell, value)
        case Between(low=low, high=high):
            return comparable(cell, low) and _ORDER[Ge](cell, low) and _ORDER[Le](cell, high)
        case Empty():
            return cell is None
        case Contains(text=text):
            return any(fold(text) in fold(one) for one in _texts(cell))
        case StartsWith(text=text):
            return any(fold(one).startswith(fold(text)) for one in _texts(cell))
        case HasOption(options=options, match="any"):
            return any(option in _elements(cell) for option in options)
        case HasOption(options=options):
            return all(option in _elements(cell) for option in options)
        case HasLink(ids=ids):
            return any(linked in ids for linked in _elements(cell))
        case _:
            assert_never(predicate)


def comparable(cell: Value, value: Scalar) -> bool:
    """Whether the cell holds a scalar of the same sort."""
    return isinstance(cell, _sort_of(value)) and isinstance(cell, bool) == isinstance(value, bool)


def _sort_of(value: Scalar) -> type | tuple[type, ...]:
    return str if isinstance(value, str) else (int, float)


def _has(cell: Value, values: Iterable[Scalar]) -> bool:
    return any(comparable(one, value) and one == value for one in _elements(cell) for value in values)


def _elements(cell: Value) -> tuple[Value, ...]:
    """Of a list its elements, else the cell itself; nothing of an empty one."""
    if isinstance(cell, tuple):
        return cell
    return () if cell is None else (cell,)


def _texts(cell: Value) -> tuple[str, ...]:
    return tuple(one for one in _elements(cell) if isinstance(one, str))

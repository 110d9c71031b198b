"""`=`, `!=`, `<`, `>`, `<=` and `>=`. Blank is 0 beside a number, "" beside text and before every date."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.values import Value, midnight, to_text

Test = Callable[[Value, Value], bool]


def equal(left: Value, right: Value) -> bool:
    """Case counts; values of different kinds differ."""
    left, right = _plain(left), _plain(right)
    if left is None or right is None:
        other = right if left is None else left
        return other is None or other == "" or other == 0
    if isinstance(left, str) or isinstance(right, str):
        return left == right
    if isinstance(left, datetime) or isinstance(right, datetime):
        return type(left) is type(right) and left == right
    return _finite(left) == _finite(right)


def unequal(left: Value, right: Value) -> bool:
    return not equal(left, right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Test:
    def test(left: Value, right: Value) -> bool:
        return compare(*_alike(_plain(left), _plain(right)))

    return test


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """Both as one kind, or an error."""
    if left is None:
        left = _nothing_like(right)
    if right is None:
        right = _nothing_like(left)
    if isinstance(left, str) != isinstance(right, str) or isinstance(left, datetime) != isinstance(right, datetime):
        raise Failed
    return (left, right) if isinstance(left, str) else (_rank(left), _rank(right))


def _rank(value: Value) -> float:
    return value.timestamp() if isinstance(value, datetime) else _finite(value)


def _nothing_like(other: Value) -> Value:
    if isinstance(other, str):
        return ""
    return datetime.min.replace(tzinfo=other.tzinfo) if isinstance(other, datetime) else 0


def _plain(value: Value) -> Value:
    """A list as its only item or as text, a date as its first moment."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else (to_text(value) or None)
    if isinstance(value, date) and not isinstance(value, datetime):
        return midnight(value)
    return value


def _finite(value: Value) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Failed
    return value


TESTS: dict[str, Test] = {
    "=": equal,
    "!=": unequal,
    "<": _ordered(operator.lt),
    ">": _ordered(operator.gt),
    "<=": _ordered(operator.le),
    ">=": _ordered(operator.ge),
}

"""Lists: what rollups are made of, and counts of values."""

from __future__ import annotations

from titus_adapters.sandbox.airtable.formula.functions.function import Function
from titus_adapters.sandbox.airtable.formula.values import Value, bounded, flat, is_number, to_text, whole


def _items(values: tuple[Value, ...]) -> list[Value]:
    return flat(values)


def _join(values: Value, separator: Value = ", ") -> str:
    """Nothing stands for what is not there."""
    return bounded(to_text(separator).join(to_text(one) for one in flat([values])))


def _unique(*values: Value) -> list[Value]:
    seen: dict[tuple[str, str], Value] = {}
    for one in _items(values):
        seen.setdefault((type(one).__name__, to_text(one)), one)
    return list(seen.values())


def _compact(*values: Value) -> list[Value]:
    """Without blanks and empty texts; false and 0 stay."""
    return [one for one in _items(values) if one is not None and one != ""]


def _slice(values: Value, start: Value, end: Value = None) -> list[Value]:
    """From the place `start` (1 is the first, -1 the last) to the place `end`, both included."""
    items = flat([values])
    first = _place(whole(start), len(items))
    last = len(items) if end is None else _place(whole(end), len(items)) + 1
    return items[max(0, first) : max(0, last)]


def _place(number: int, count: int) -> int:
    return number - 1 if number > 0 else count + number


def _count(*values: Value) -> int:
    return sum(is_number(one) for one in _items(values))


def _count_filled(*values: Value) -> int:
    return len(_compact(*values))


def _count_all(*values: Value) -> int:
    return len(_items(values))


ARRAYS = {
    "ARRAYJOIN": Function(_join, 1, 2),
    "ARRAYUNIQUE": Function(_unique, 1, None),
    "ARRAYCOMPACT": Function(_compact, 1, None),
    "ARRAYFLATTEN": Function(lambda *values: _items(values), 1, None),
    "ARRAYSLICE": Function(_slice, 2, 3),
    "COUNT": Function(_count, 1, None),
    "COUNTA": Function(_count_filled, 1, None),
    "COUNTALL": Function(_count_all, 1, None),
}

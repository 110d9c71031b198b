"""What formulas calculate with, and how one kind of value becomes another.

Blank is None. A date without a time is a `date`; a moment is an aware `datetime`, in whose zone its hours are read.
Conversions and traps: ../shared/facts/airtable-and-migration.md §3.4, reference/airtable/formula_cases.json.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from titus_adapters.sandbox.airtable.formula.errors import Failed

Value = None | bool | int | float | str | date | datetime | list[Any]

LONGEST = 100_000
"""Characters; a cell of Airtable holds no more."""


def bounded(text: str) -> str:
    if len(text) > LONGEST:
        raise Failed
    return text


def is_number(value: Value) -> bool:
    return isinstance(value, (int, float))


def number_text(number: float) -> str:
    """As JavaScript writes it: no `.0`, an exponent beyond 21 digits."""
    if isinstance(number, bool):
        return "1" if number else "0"
    if not math.isfinite(number):
        raise Failed
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    text = repr(float(number))
    return text.replace("e-0", "e-").replace("e+0", "e+")


def to_text(value: Value) -> str:
    if type(value) is str:  # by far the commonest
        return value
    match value:
        case None:
            return ""
        case str():
            return value
        case int() | float():
            return number_text(value)
        case datetime():
            return iso(value)
        case date():
            return value.isoformat()
        case list():
            return bounded(", ".join(to_text(one) for one in value if one is not None))


def to_number(value: Value) -> float:
    """Blank counts as 0; text, dates and lists of several are errors."""
    match value:
        case None:
            return 0
        case int() | float():
            return value
        case list():
            return to_number(single(value))
        case _:
            raise Failed


def finite(value: Value) -> float:
    number = to_number(value)
    if not math.isfinite(number):
        raise Failed
    return number


def whole(value: Value, largest: int = LONGEST * 10) -> int:
    """The number without its fraction, kept within bounds that no text or list reaches."""
    return int(max(-largest, min(largest, finite(value))))


def single(values: Sequence[Value]) -> Value:
    """What a list counts as where one value is wanted: its only item; nothing, if there is none."""
    if len(values) > 1:
        raise Failed
    return values[0] if values else None


def truth(value: Value) -> bool:
    """False are 0, false, "", NaN, [] and blank; an infinite number is an error."""
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            return False
        raise Failed
    return bool(value)


def iso(moment: datetime) -> str:
    """UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=16_384)
def midnight(day: date) -> datetime:
    """Its first moment, in UTC."""
    return datetime.combine(day, time(), UTC)


def flat(values: Sequence[Value]) -> list[Value]:
    """Lists in lists opened up."""
    opened: list[Value] = []
    for value in values:
        if isinstance(value, list):
            opened.extend(flat(value))
        else:
            opened.append(value)
    return opened

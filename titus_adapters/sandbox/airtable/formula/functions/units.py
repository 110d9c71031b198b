"""Units of time: adding them, and counting those that lie between two moments."""

from __future__ import annotations

import calendar
import math
from datetime import datetime, timedelta

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.values import Value, to_text

SECONDS = {"millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86_400.0, "week": 604_800.0}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SHORT = {"ms": "millisecond", "s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week"}
_SHORT_MONTHS = {"M": "month", "Q": "quarter", "y": "year"}


def unit_named(value: Value) -> str:
    """By any of its spellings: `day`, `days` or `d`; only the case of m and M counts."""
    text = to_text(value).strip()
    if text in _SHORT_MONTHS:
        return _SHORT_MONTHS[text]
    name = text.lower()
    name = _SHORT.get(name, name.removesuffix("s"))
    if name not in SECONDS and name not in MONTHS:
        raise Failed
    return name


def add(moment: datetime, count: float, unit: str) -> datetime:
    """Months keep the day, or the last one that a shorter month has."""
    try:
        if unit in SECONDS:
            return moment + timedelta(seconds=count * SECONDS[unit])
        return _add_months(moment, int(count) * MONTHS[unit])
    except (OverflowError, ValueError):
        raise Failed from None


def _add_months(moment: datetime, count: int) -> datetime:
    if abs(count) > 200_000:
        raise Failed
    year, month = divmod(moment.year * 12 + moment.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise Failed
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def between(later: datetime, earlier: datetime, unit: str) -> int:
    """Whole units; what is left over does not count."""
    if unit in SECONDS:
        return math.trunc(round((later - earlier).total_seconds(), 6) / SECONDS[unit])
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if months > 0 and _add_months(earlier, months) > later:
        months -= 1
    if months < 0 and _add_months(earlier, months) < later:
        months += 1
    return math.trunc(months / MONTHS[unit])


def start_of(moment: datetime, unit: str) -> datetime:
    """The first moment of the unit that it lies in, in its own zone; weeks begin on Sunday."""
    at_midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "millisecond":
            return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        case "second":
            return moment.replace(microsecond=0)
        case "minute":
            return moment.replace(second=0, microsecond=0)
        case "hour":
            return moment.replace(minute=0, second=0, microsecond=0)
        case "day":
            return at_midnight
        case "week":
            return add(at_midnight, -(moment.isoweekday() % 7), "day")
        case "month":
            return at_midnight.replace(day=1)
        case "quarter":
            return at_midnight.replace(month=(moment.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return at_midnight.replace(month=1, day=1)

"""Dates. Whatever has no zone is UTC, and so are TODAY and NOW (which the compiler has, since they need a clock)."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, datetime

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.functions import formats
from titus_adapters.sandbox.airtable.formula.functions.function import Function
from titus_adapters.sandbox.airtable.formula.functions.units import add, between, start_of, unit_named
from titus_adapters.sandbox.airtable.formula.moments import to_moment, zone_named
from titus_adapters.sandbox.airtable.formula.values import Value, finite, to_text


def _is_same(left: Value, right: Value, unit: Value = "millisecond") -> bool:
    """Whether both lie in the same unit of the first one's zone."""
    first, second, by = to_moment(left), to_moment(right), unit_named(unit)
    return start_of(first, by) == start_of(second.astimezone(first.tzinfo), by)


def _date_add(value: Value, count: Value, unit: Value) -> datetime:
    return add(to_moment(value), finite(count), unit_named(unit))


def _difference(left: Value, right: Value, unit: Value = "seconds") -> int:
    first = to_moment(left)
    return between(first, to_moment(right).astimezone(first.tzinfo), unit_named(unit))


def _set_timezone(value: Value, zone: Value) -> datetime:
    try:
        return to_moment(value).astimezone(zone_named(to_text(zone)))
    except OverflowError:
        raise Failed from None


def _parse(value: Value, pattern: Value = None, locale: Value = None) -> datetime:
    """By the pattern, if there is one; what it does not name is the first of its kind."""
    if pattern is None or not isinstance(value, str):
        return to_moment(value)
    parts = formats.read(value.strip(), to_text(pattern))
    year = int(parts["year"]) if "year" in parts else 2000 + int(parts.get("short_year", "0"))
    hour = int(parts.get("hour", "0"))
    half = parts.get("half", "").lower()
    try:
        return datetime(
            year,
            _month(parts),
            int(parts.get("day", "1")),
            hour % 12 + (12 if half == "pm" else 0) if half else hour,
            int(parts.get("minute", "0")),
            int(parts.get("second", "0")),
            tzinfo=UTC,
        )
    except ValueError:
        raise Failed from None


def _month(parts: dict[str, str]) -> int:
    if "month_name" not in parts:
        return int(parts.get("month", "1"))
    short = parts["month_name"][:3].title()
    if short not in calendar.month_abbr[1:]:
        raise Failed
    return list(calendar.month_abbr).index(short)


def _part(take: Callable[[datetime], int]) -> Function:
    return Function(lambda value: take(to_moment(value)))


DATES = {
    "IS_SAME": Function(_is_same, 2, 3),
    "IS_BEFORE": Function(lambda left, right: to_moment(left) < to_moment(right), 2, 2),
    "IS_AFTER": Function(lambda left, right: to_moment(left) > to_moment(right), 2, 2),
    "DATEADD": Function(_date_add, 3, 3),
    "DATETIME_DIFF": Function(_difference, 2, 3),
    "DATETIME_PARSE": Function(_parse, 1, 3),
    "DATETIME_FORMAT": Function(formats.datetime_format, 1, 2),
    "DATESTR": Function(lambda value: formats.write(to_moment(value), "YYYY-MM-DD")),
    "TIMESTR": Function(lambda value: formats.write(to_moment(value), "HH:mm:ss")),
    "SET_TIMEZONE": Function(_set_timezone, 2, 2),
    "SET_LOCALE": Function(lambda value, _: to_moment(value), 2, 2),
    "YEAR": _part(lambda at: at.year),
    "MONTH": _part(lambda at: at.month),
    "DAY": _part(lambda at: at.day),
    "HOUR": _part(lambda at: at.hour),
    "MINUTE": _part(lambda at: at.minute),
    "SECOND": _part(lambda at: at.second),
}

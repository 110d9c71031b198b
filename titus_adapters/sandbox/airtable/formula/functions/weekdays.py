"""Weeks and working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.functions.formats import week_of_year
from titus_adapters.sandbox.airtable.formula.functions.function import Function
from titus_adapters.sandbox.airtable.formula.functions.units import add
from titus_adapters.sandbox.airtable.formula.moments import to_moment
from titus_adapters.sandbox.airtable.formula.values import Value, flat, to_text, whole

_SATURDAY = 5
MOST_DAYS = 100_000
"""About 270 years: no planning goes further, and no formula takes long."""


def _begins_monday(value: Value) -> bool:
    return to_text(value).lower() == "monday"


def _weekday(value: Value, start: Value = "Sunday") -> int:
    """0 is the day that the week begins with."""
    day = to_moment(value).isoweekday()
    return (day - 1) if _begins_monday(start) else day % 7


def _week(value: Value, start: Value = "Sunday") -> int:
    moment = to_moment(value)
    if not _begins_monday(start):
        return week_of_year(moment)
    first = moment.replace(month=1, day=1).weekday()
    return (moment.timetuple().tm_yday + first - 1) // 7 + 1


def _holidays(value: Value) -> frozenset[date]:
    """One text with dates between commas, or a list of them."""
    pieces = [piece for one in flat([value]) for piece in (one.split(",") if isinstance(one, str) else [one])]
    return frozenset(to_moment(piece).date() for piece in pieces if piece is not None and piece != "")


def _works(day: date, holidays: frozenset[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def _workday(value: Value, count: Value, holidays: Value = None) -> datetime:
    """So many working days later, or earlier."""
    moment, left, free = to_moment(value), whole(count), _holidays(holidays)
    if abs(left) > MOST_DAYS:
        raise Failed
    step = 1 if left > 0 else -1
    while left:
        moment = add(moment, step, "day")
        left -= step if _works(moment.date(), free) else 0
    return moment


def _workday_difference(start: Value, end: Value, holidays: Value = None) -> int:
    """Working days from one to the other, both included; negative backwards."""
    first, last, free = to_moment(start).date(), to_moment(end).date(), _holidays(holidays)
    if first > last:
        return -_workday_difference(end, start, holidays)
    if (last - first).days > MOST_DAYS:
        raise Failed
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return sum(_works(day, free) for day in days)


WEEKDAYS = {
    "WEEKDAY": Function(_weekday, 1, 2),
    "WEEKNUM": Function(_week, 1, 2),
    "WORKDAY": Function(_workday, 2, 3),
    "WORKDAY_DIFF": Function(_workday_difference, 2, 3),
}

"""Formats of moments, in the letters that Airtable takes over from a JavaScript library: `D/M/YYYY h:mm a`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import datetime

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.moments import to_moment
from titus_adapters.sandbox.airtable.formula.values import Value, bounded, iso, to_text

_SHORTHANDS = {
    "L": "MM/DD/YYYY",
    "LL": "MMMM D, YYYY",
    "LLL": "MMMM D, YYYY h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "LT": "h:mm A",
    "LTS": "h:mm:ss A",
}
_SHORTHAND = re.compile(r"\[[^\]]*\]|LLLL|LLL|LL|LTS|LT|L")
_LETTERS = re.compile(
    r"\[([^\]]*)\]|YYYY|YY|Q|MMMM|MMM|MM|M|Do|DDDD|DDD|DD|D|dddd|ddd|d|E|WW|W|ww|w|HH|H|hh|h|kk|k|mm|m|ss|s|SSS|SS|S|A|a|ZZ|Z|X|x"
)


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _offset(moment: datetime, colon: str) -> str:
    offset = moment.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset is not None else 0
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


def week_of_year(moment: datetime) -> int:
    """Weeks begin on Sunday; the first one holds 1 January."""
    first = moment.replace(month=1, day=1).isoweekday() % 7
    return (moment.timetuple().tm_yday + first - 1) // 7 + 1


_PARTS: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda at: f"{at.year:04d}",
    "YY": lambda at: f"{at.year % 100:02d}",
    "Q": lambda at: str((at.month + 2) // 3),
    "MMMM": lambda at: calendar.month_name[at.month],
    "MMM": lambda at: calendar.month_abbr[at.month],
    "MM": lambda at: f"{at.month:02d}",
    "M": lambda at: str(at.month),
    "Do": lambda at: _ordinal(at.day),
    "DDDD": lambda at: f"{at.timetuple().tm_yday:03d}",
    "DDD": lambda at: str(at.timetuple().tm_yday),
    "DD": lambda at: f"{at.day:02d}",
    "D": lambda at: str(at.day),
    "dddd": lambda at: calendar.day_name[at.weekday()],
    "ddd": lambda at: calendar.day_abbr[at.weekday()],
    "d": lambda at: str(at.isoweekday() % 7),
    "E": lambda at: str(at.isoweekday()),
    "WW": lambda at: f"{at.isocalendar().week:02d}",
    "W": lambda at: str(at.isocalendar().week),
    "ww": lambda at: f"{week_of_year(at):02d}",
    "w": lambda at: str(week_of_year(at)),
    "HH": lambda at: f"{at.hour:02d}",
    "H": lambda at: str(at.hour),
    "hh": lambda at: f"{(at.hour + 11) % 12 + 1:02d}",
    "h": lambda at: str((at.hour + 11) % 12 + 1),
    "kk": lambda at: f"{at.hour or 24:02d}",
    "k": lambda at: str(at.hour or 24),
    "mm": lambda at: f"{at.minute:02d}",
    "m": lambda at: str(at.minute),
    "ss": lambda at: f"{at.second:02d}",
    "s": lambda at: str(at.second),
    "SSS": lambda at: f"{at.microsecond // 1000:03d}",
    "SS": lambda at: f"{at.microsecond // 10_000:02d}",
    "S": lambda at: str(at.microsecond // 100_000),
    "A": lambda at: "AM" if at.hour < 12 else "PM",
    "a": lambda at: "am" if at.hour < 12 else "pm",
    "ZZ": lambda at: _offset(at, ""),
    "Z": lambda at: _offset(at, ":"),
    "X": lambda at: str(int(at.timestamp())),
    "x": lambda at: str(int(at.timestamp() * 1000)),
}


def write(moment: datetime, pattern: str) -> str:
    """The moment as the pattern has it, in its own zone."""
    whole = _spelled_out(pattern)
    return bounded(_LETTERS.sub(lambda found: found[1] if found[1] is not None else _PARTS[found[0]](moment), whole))


def _spelled_out(pattern: str) -> str:
    return _SHORTHAND.sub(lambda found: _SHORTHANDS.get(found[0], found[0]), bounded(pattern))


def datetime_format(value: Value, pattern: Value = None) -> str:
    moment = to_moment(value)
    return iso(moment) if pattern is None else write(moment, to_text(pattern))


_READING = {
    "YYYY": ("year", r"\d{4}"),
    "YY": ("short_year", r"\d{2}"),
    "MMMM": ("month_name", r"[A-Za-z]+"),
    "MMM": ("month_name", r"[A-Za-z]+"),
    "MM": ("month", r"\d{1,2}"),
    "M": ("month", r"\d{1,2}"),
    "Do": ("day", r"\d{1,2}(?=st|nd|rd|th)"),
    "DD": ("day", r"\d{1,2}"),
    "D": ("day", r"\d{1,2}"),
    "HH": ("hour", r"\d{1,2}"),
    "H": ("hour", r"\d{1,2}"),
    "hh": ("hour", r"\d{1,2}"),
    "h": ("hour", r"\d{1,2}"),
    "mm": ("minute", r"\d{1,2}"),
    "m": ("minute", r"\d{1,2}"),
    "ss": ("second", r"\d{1,2}"),
    "s": ("second", r"\d{1,2}"),
    "A": ("half", r"[AaPp][Mm]"),
    "a": ("half", r"[AaPp][Mm]"),
}


def read(text: str, pattern: str) -> dict[str, str]:
    """The parts that the pattern names; raises `Failed` if the text is not like it."""
    places: list[str] = []
    at, expression = 0, ""
    whole = _spelled_out(pattern)
    for found in _LETTERS.finditer(whole):
        expression += _gap(whole[at : found.start()]) + _group(found, places)
        at = found.end()
    matched = re.match(expression + _gap(whole[at:]), text)
    if matched is None:
        raise Failed
    return dict(zip(places, matched.groups(), strict=True))


def _group(found: re.Match[str], places: list[str]) -> str:
    if found[1] is not None:
        return re.escape(found[1])
    if found[0] not in _READING or _READING[found[0]][0] in places:
        raise Failed
    name, digits = _READING[found[0]]
    places.append(name)
    return f"({digits})" + ("(?:st|nd|rd|th)" if found[0] == "Do" else "")


def _gap(text: str) -> str:
    """Between the parts any sign will do, as there."""
    return f"[^0-9A-Za-z]{{0,{len(text)}}}" if text else ""

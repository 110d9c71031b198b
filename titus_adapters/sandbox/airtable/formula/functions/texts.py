"""Text: looking for it, cutting it, putting it together."""

from __future__ import annotations

import urllib.parse
from typing import Any

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.functions.function import Function
from titus_adapters.sandbox.airtable.formula.values import LONGEST, Value, bounded, to_text, whole


def concatenate(*values: Value) -> str:
    return bounded("".join(map(to_text, values)))


def _find(wanted: Value, where: Value, start: Value = None) -> int:
    """1 is the first place, 0 says that it is not there."""
    return to_text(where).find(to_text(wanted), _from(start)) + 1


def _search(wanted: Value, where: Value, start: Value = None) -> int | None:
    """Like FIND, but case does not count, and blank says that it is not there."""
    return to_text(where).lower().find(to_text(wanted).lower(), _from(start)) + 1 or None


def _from(start: Value) -> int:
    return 0 if start is None else max(0, whole(start) - 1)


def _left(text: Value, count: Value) -> str:
    return to_text(text)[: _count(count)]


def _right(text: Value, count: Value) -> str:
    whole_text = to_text(text)
    return whole_text[max(0, len(whole_text) - _count(count)) :]


def _mid(text: Value, start: Value, count: Value) -> str:
    at = max(0, whole(start) - 1)
    return to_text(text)[at : at + _count(count)]


def _replace(text: Value, start: Value, count: Value, new: Value) -> str:
    old, at = to_text(text), max(0, whole(start) - 1)
    return bounded(old[:at] + to_text(new) + old[at + _count(count) :])


def _substitute(text: Value, old: Value, new: Value, index: Value = None) -> str:
    """Every place, or only the one of that number."""
    given, gone, come = to_text(text), to_text(old), to_text(new)
    if not gone:
        return given
    if index is not None:
        return _substitute_one(given, gone, come, whole(index))
    if len(given) + given.count(gone) * (len(come) - len(gone)) > LONGEST:
        raise Failed
    return given.replace(gone, come)


def _substitute_one(given: str, gone: str, come: str, number: int) -> str:
    pieces = given.split(gone)
    if not 1 <= number < len(pieces):
        return given
    return bounded(gone.join(pieces[:number]) + come + gone.join(pieces[number:]))


def _repeat(text: Value, times: Value) -> str:
    piece, count = to_text(text), _count(times)
    if len(piece) * count > LONGEST:
        raise Failed
    return piece * count


def _number(text: Value) -> float | None:
    """What VALUE reads: digits with the ornaments of money, percent and thousands."""
    if not isinstance(text, str):
        raise Failed
    cleaned = text.strip().lstrip("$€£").replace(",", "").rstrip("%")
    try:
        number = float(cleaned)
    except ValueError:
        raise Failed from None
    return number / 100 if text.strip().endswith("%") else number


def _value(given: Value) -> Value:
    if given is None or isinstance(given, (int, float)):
        return given
    return _number(to_text(given))


def _count(value: Value) -> int:
    return max(0, whole(value))


def _text_only(value: Value) -> Value:
    return value if isinstance(value, str) else None


def _encode(value: Value) -> str:
    return bounded(urllib.parse.quote(to_text(value).encode("utf-8", "replace"), safe="!'()*-._~"))


def _one(function: Any) -> Function:
    return Function(lambda value: function(to_text(value)))


TEXTS = {
    "FIND": Function(_find, 2, 3),
    "SEARCH": Function(_search, 2, 3),
    "LOWER": _one(str.lower),
    "UPPER": _one(str.upper),
    "LEN": _one(len),
    "TRIM": _one(str.strip),
    "LEFT": Function(_left, 2, 2),
    "RIGHT": Function(_right, 2, 2),
    "MID": Function(_mid, 3, 3),
    "REPLACE": Function(_replace, 4, 4),
    "SUBSTITUTE": Function(_substitute, 3, 4),
    "REPT": Function(_repeat, 2, 2),
    "CONCATENATE": Function(concatenate, 1, None),
    "T": Function(_text_only),
    "VALUE": Function(_value),
    "ENCODE_URL_COMPONENT": Function(_encode),
}

"""Cells in one form on every store: how what stores tell is read, and what may be written.

Rules (../shared/facts/airtable-and-migration.md §1.2, §1.4, §3.4; records.md): empty text, empty lists and null are one
and the same, absent; 0 is a value; numbers are 64-bit floating point, as Airtable holds them, and whole ones are `int`;
instants are UTC to the millisecond, cut and not rounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, assert_never

import msgspec

from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Field, FieldType, Kind
from titus_core.records.model import Attachment, Incoming, Misfit, Scalar, Value
from titus_core.records.shapes import check_shape
from titus_core.records.spelling import nearest

LONGEST_TEXT = 100_000
"""Characters of one cell: Airtable's own limit for long text."""

RECORD_ID = re.compile(r"rec[A-Za-z0-9]{14}", re.ASCII)
_ATTACHMENT_ID = re.compile(r"att[A-Za-z0-9]{14}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LARGEST_WHOLE = 2**53


def number(value: float) -> int | float:
    """The number as every store tells it. Raises `ValueError` if it is none that 64 bits of floating point hold."""
    read = float(value)
    if read.is_integer():
        return int(read) if -_LARGEST_WHOLE <= read <= _LARGEST_WHOLE else read
    if not math.isfinite(read):
        raise ValueError("is not a number")
    return read


def instant(at: datetime) -> str:
    """An instant as `Scalar` has it; `at` must know its zone."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant_of(text: str) -> str:
    """The instant that ISO 8601 text with a zone tells. Raises `ValueError`."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("must tell its time zone, as 2026-11-30T09:00:00+10:00 does")
    return instant(at)


def day_of(text: str) -> str:
    """The date that `2026-11-30` tells. Raises `ValueError`."""
    if not _DAY.fullmatch(text):  # fromisoformat also reads weeks
        raise ValueError("must be a date: 2026-11-30")
    return date.fromisoformat(text).isoformat()


def clean(text: str) -> str:
    """Text that every store can hold: PostgreSQL knows neither NUL nor half a letter outside the basic plane. Otherwise
    as it came, byte by byte."""
    if text.isascii():
        return text.replace("\0", "�")
    return "".join("�" if letter == "\0" or "\ud800" <= letter <= "\udfff" else letter for letter in text)


def is_empty(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, (list, tuple, dict)) and not value)


# --- reading --------------------------------------------------------------------------------------------------------


def read(field: Field, raw: Any) -> Value:
    """What a store told of a cell. None: it is empty."""
    if field.kind is Kind.CHECKBOX:
        return raw is True
    if is_empty(raw):
        return None
    try:
        value = _READ[field.kind](raw)
    except (ValueError, TypeError, OverflowError, msgspec.ValidationError):
        return Misfit(carried(raw))
    return None if is_empty(value) else value


def carried(raw: Any) -> Value:
    """JSON as it came, in immutable form; numbers that 64 bits of floating point do not hold as text."""
    if isinstance(raw, list | tuple):
        return tuple(carried(one) for one in raw)
    if isinstance(raw, Mapping):
        return {str(name): carried(one) for name, one in raw.items()}
    if isinstance(raw, str):
        return clean(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _any_number(raw)
    return raw  # type: ignore[no-any-return]  # true, false and null


def _any_number(raw: float) -> Value:
    try:
        return number(raw)
    except (ValueError, OverflowError):
        return str(raw)


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError("must be text")
    return clean(raw)


def _number(raw: Any) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError("must be a number")
    return number(raw)


def _date(raw: Any) -> str:
    return day_of(_text(raw))


def _instant(raw: Any) -> str:
    return instant_of(_text(raw))


def _names(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple):
        raise ValueError("must be a list of texts")
    return tuple(_text(one) for one in raw)


def _attachments(raw: Any) -> tuple[Attachment, ...]:
    files = _list(raw)
    return tuple(one if isinstance(one, Attachment) else msgspec.convert(one, Attachment) for one in files)


def _list(raw: Any) -> tuple[Value, ...]:
    """What a lookup gathers, in one list: some of it comes in lists of its own, or as a blank in its place."""
    if isinstance(raw, Mapping):
        raise ValueError("must be a list")
    gathered = raw if isinstance(raw, list | tuple) else (raw,)
    spliced = (one for part in gathered for one in (part if isinstance(part, list | tuple) else (part,)))
    return tuple(carried(one) for one in spliced if not is_empty(one))


_READ: dict[Kind, Callable[[Any], Value]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.SELECT: _text,
    Kind.SELECTS: _names,
    Kind.LINKS: _names,
    Kind.ATTACHMENTS: _attachments,
    Kind.LIST: _list,
    Kind.OBJECT: carried,
}

# --- writing --------------------------------------------------------------------------------------------------------


def written(field: Field, raw: Any) -> Value:
    """The cell that a client wants, in the form that is stored; None clears it. Raises `Invalid`, naming the field, for
    computed fields and values that do not fit."""
    if field.computed is not None:
        raise Invalid(field.api, "is computed and cannot be written")
    if field.kind is Kind.CHECKBOX:
        return _truth(field, raw)
    if is_empty(raw):
        return None
    try:
        value = _WRITTEN.get(field.kind, _READ[field.kind])(raw)
        check_shape(field.type, value)
    except (ValueError, TypeError, OverflowError, msgspec.ValidationError) as error:
        raise Invalid(field.api, _reason(field.kind, error)) from error
    _check(field, value)
    return value


def scalar(field: Field, raw: Any) -> Scalar:
    """A value to compare the field's cells with; raises `ValueError` if they can never hold such a one."""
    match field.kind:
        case Kind.TEXT | Kind.SELECT | Kind.SELECTS:
            return _text(raw)
        case Kind.NUMBER:
            return _number(raw)
        case Kind.CHECKBOX:
            if not isinstance(raw, bool):
                raise ValueError("must be true or false")
            return raw
        case Kind.DATE:
            return _date(raw)
        case Kind.INSTANT:
            return _instant(raw)
        case Kind.LIST:
            return raw if isinstance(raw, bool) else _number(raw) if isinstance(raw, int | float) else _text(raw)
        case Kind.LINKS | Kind.ATTACHMENTS | Kind.OBJECT:
            raise ValueError("cannot be compared")
        case _:
            assert_never(field.kind)


def _truth(field: Field, raw: Any) -> bool:
    if raw is not None and not isinstance(raw, bool):
        raise Invalid(field.api, "must be true or false")
    return raw is True


def _record_ids(raw: Any) -> tuple[str, ...]:
    ids = _names(raw)
    if any(not RECORD_ID.fullmatch(one) for one in ids):
        raise ValueError("must be a list of record ids: rec and 14 letters or digits")
    return _without_doubles(ids)


def _options(raw: Any) -> tuple[str, ...]:
    return _without_doubles(_names(raw))


def _without_doubles(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("names the same twice")
    return names


def _files(raw: Any) -> tuple[Value, ...]:
    """Files that are there already, by id, and addresses of new ones."""
    if not isinstance(raw, list | tuple):
        raise ValueError("must be a list of files")
    return tuple(_file(one) for one in raw)


def _file(raw: Any) -> Attachment | Incoming:
    if isinstance(raw, Attachment | Incoming):
        return raw
    if isinstance(raw, Mapping) and isinstance(raw.get("id"), str) and _ATTACHMENT_ID.fullmatch(raw["id"]):
        return Attachment(id=raw["id"], filename=str(raw.get("filename") or ""))
    return msgspec.convert(raw, Incoming)


_WRITTEN: dict[Kind, Callable[[Any], Value]] = {
    Kind.LINKS: _record_ids,
    Kind.SELECTS: _options,
    Kind.ATTACHMENTS: _files,
}


def _check(field: Field, value: Value) -> None:
    """What only the field itself knows."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise Invalid(field.api, f"is longer than {LONGEST_TEXT:,} characters")
    if field.type is FieldType.RATING and (not isinstance(value, int) or value < 1):
        raise Invalid(field.api, "must be a whole number from 1 on")
    if field.kind in {Kind.SELECT, Kind.SELECTS}:
        names = [option.name for option in field.options]
        for chosen in (value,) if isinstance(value, str) else _names(value):
            if chosen not in names:
                meant = nearest(chosen, names)
                hint = f"; did you mean {meant!r}?" if meant is not None else ""
                raise Invalid(field.api, f"has no option {chosen!r}{hint}")


def _reason(kind: Kind, error: Exception) -> str:
    """Without the value: it may be somebody's diagnosis."""
    told = str(error)
    return told if told.startswith(("must ", "is not ", "names ")) else f"does not fit a field of kind {kind.value}"

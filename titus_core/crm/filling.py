"""What today's clients say of a record, as its cells. Pure. Nothing that is said is left out without a word: a key that
is not known, or that this base has no field for, refuses the whole write."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from titus_core.crm.fields import field_of
from titus_core.crm.shapes import Shape
from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Field, Kind, Table
from titus_core.records.errors import UnknownField
from titus_core.records.model import FieldId, Value
from titus_core.records.spelling import nearest
from titus_core.records.values import is_empty, written

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
"""As dates are written in Australia."""
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}


def cells(
    table: Table, shape: Shape, told: Mapping[str, Any], zone: str, *, cleared: Collection[str] = ()
) -> dict[FieldId, Value]:
    """Null clears a cell; blank text and empty lists do only for the keys in `cleared`, for forms send blanks for
    whatever they do not show. Times without a zone are meant in the field's, else in `zone`. Raises `UnknownField` and
    `Invalid`, by the client's own keys."""
    known = {one.key: one for one in shape}
    found: dict[FieldId, Value] = {}
    for key, value in told.items():
        if key not in known:
            raise UnknownField(table.name, key, nearest(key, known))
        if value is not None and is_empty(value) and key not in cleared:
            continue
        field = field_of(table, known[key].aliases)
        if field is not None:
            found[field.id] = cell(field, key, value, zone)
        elif not is_empty(value):
            raise UnknownField(table.name, key, None)
    return found


def extra(table: Table, told: Mapping[str, Any], zone: str) -> dict[FieldId, Value]:
    """Cells by any name of their fields. Raises as `cells`."""
    named = ((word, table.named(word), value) for word, value in told.items())
    return {field.id: cell(field, word, value, zone) for word, field, value in named}


def cell(field: Field, key: str, value: Any, zone: str) -> Value:
    """Raises `Invalid`, naming the client's key."""
    try:
        return written(field, _meant(field, value, zone))
    except Invalid as error:
        raise Invalid(key, str(error.data["reason"])) from error


def _meant(field: Field, value: Any, zone: str) -> Any:
    """The value as forms and scripts write it, in the form that records want; what is not understood stays."""
    if isinstance(value, str):
        match field.kind:
            case Kind.DATE:
                day = _DAY_FIRST.fullmatch(value.strip())
                return f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}" if day is not None else value
            case Kind.INSTANT:
                return _instant(value, field.zone or zone)
            case Kind.NUMBER:
                return _number(value)
            case Kind.CHECKBOX:
                return _TRUTHS.get(value.strip().lower(), value)
            case Kind.LINKS | Kind.SELECTS:
                return [value]
            case _:
                return value
    if field.kind is Kind.TEXT and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _instant(value: str, zone: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return (at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(_known(zone)))).isoformat()


def _known(zone: str) -> str:
    """Airtable says `utc`, and `client` where each reader's own zone is meant."""
    return "UTC" if zone.lower() in {"utc", "client"} else zone


def _number(value: str) -> str | float:
    try:
        return float(value.replace(",", "").replace("$", ""))
    except ValueError:
        return value

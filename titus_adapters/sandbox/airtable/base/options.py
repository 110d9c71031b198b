"""Options of fields: what must be said of a new one, and what Airtable adds to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from titus_adapters.sandbox.airtable.base.model import WRITABLE
from titus_adapters.sandbox.airtable.base.plan import COLORS
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.moments import zone_named
from titus_adapters.sandbox.airtable.ids import Ids
from titus_adapters.sandbox.airtable.refusals import Refused

CALCULATED = frozenset({"formula", "rollup", "multipleLookupValues", "count"})
STAMPS = frozenset({"autoNumber", "createdTime", "lastModifiedTime", "createdBy", "lastModifiedBy"})
_DATE_FORMATS = {
    "local": "l",
    "friendly": "LL",
    "us": "M/D/YYYY",
    "european": "D/M/YYYY",
    "iso": "YYYY-MM-DD",
}
_TIME_FORMATS = {"12hour": "h:mma", "24hour": "HH:mm"}
_DURATIONS = frozenset({"h:mm", "h:mm:ss", "h:mm:ss.S", "h:mm:ss.SS", "h:mm:ss.SSS"})

Options = dict[str, Any]


def bad_options(why: str) -> Refused:
    return Refused(422, "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE", f"Invalid options for the field: {why}")


def new_options(kind: str, sent: Any, ids: Ids, *, calculated: bool) -> Options | None:
    """The options as they are kept; raises `Refused`. `calculated`: types that are calculated may be made, too."""
    if kind not in WRITABLE and not (calculated and kind in CALCULATED | STAMPS):
        raise Refused(422, "UNSUPPORTED_FIELD_TYPE_FOR_CREATE", f"Creating {kind} fields is not supported")
    if kind in STAMPS:
        return None if sent is None else _object(sent)
    if kind in CALCULATED:
        return {**_object(sent), "isValid": True}
    if kind not in _CHECKS:
        if sent is not None:
            raise bad_options(f"{kind} has none")
        return {"isReversed": False} if kind == "multipleAttachments" else None
    return _CHECKS[kind](_object(sent), ids)


def _object(sent: Any) -> Options:
    if not isinstance(sent, dict):
        raise bad_options("an object is needed")
    return sent


def _exactly(sent: Options, needed: frozenset[str]) -> Options:
    if set(sent) != needed:
        raise bad_options(f"exactly {', '.join(sorted(needed))} must be given")
    return sent


def _precision(sent: Options, most: int = 8) -> None:
    if not isinstance(sent.get("precision"), int) or not 0 <= sent["precision"] <= most:
        raise bad_options(f"precision must be a number from 0 to {most}")


def _number(sent: Options, _: Ids) -> Options:
    _precision(_exactly(sent, frozenset({"precision"})))
    return sent


def _currency(sent: Options, _: Ids) -> Options:
    _precision(_exactly(sent, frozenset({"precision", "symbol"})), 7)
    return sent


def _rating(sent: Options, _: Ids) -> Options:
    _exactly(sent, frozenset({"icon", "max", "color"}))
    if not isinstance(sent["max"], int) or not 1 <= sent["max"] <= 10:
        raise bad_options("max must be a number from 1 to 10")
    return sent


def _checkbox(sent: Options, _: Ids) -> Options:
    return _exactly(sent, frozenset({"icon", "color"}))


def _duration(sent: Options, _: Ids) -> Options:
    if _exactly(sent, frozenset({"durationFormat"}))["durationFormat"] not in _DURATIONS:
        raise bad_options("durationFormat is unknown")
    return sent


def _select(sent: Options, ids: Ids) -> Options:
    choices = _exactly(sent, frozenset({"choices"}))["choices"]
    if not isinstance(choices, list) or not all(isinstance(one, dict) and one.get("name") for one in choices):
        raise bad_options("every choice needs a name")
    names = [str(one["name"]).lower() for one in choices]
    if len(set(names)) < len(names):
        raise bad_options("choices must have different names")
    return {"choices": [_choice(one, place, ids) for place, one in enumerate(choices)]}


def _choice(sent: Options, place: int, ids: Ids) -> Options:
    color = sent.get("color") or f"{COLORS[place % len(COLORS)]}Light2"
    return {"id": ids.new("sel"), "name": str(sent["name"]), "color": color}


def _date(sent: Options, _: Ids) -> Options:
    return {"dateFormat": _format(sent, "dateFormat", _DATE_FORMATS)}


def _date_time(sent: Options, _: Ids) -> Options:
    try:
        zone_named("utc" if sent.get("timeZone") == "client" else str(sent.get("timeZone")))
    except Failed:
        raise bad_options("timeZone is unknown") from None
    return {
        "timeZone": sent["timeZone"],
        "dateFormat": _format(sent, "dateFormat", _DATE_FORMATS),
        "timeFormat": _format(sent, "timeFormat", _TIME_FORMATS),
    }


def _format(sent: Options, name: str, known: dict[str, str]) -> Options:
    given = sent.get(name)
    if not isinstance(given, dict) or given.get("name") not in known:
        raise bad_options(f"{name} is unknown")
    return {"name": given["name"], "format": known[given["name"]]}


def _link(sent: Options, _: Ids) -> Options:
    if not {"linkedTableId"} <= set(sent) <= {"linkedTableId", "viewIdForRecordSelection", "prefersSingleRecordLink"}:
        raise bad_options("linkedTableId must be given")
    return {"isReversed": False, "prefersSingleRecordLink": False, **sent}


_CHECKS: dict[str, Callable[[Options, Ids], Options]] = {
    "number": _number,
    "percent": _number,
    "currency": _currency,
    "rating": _rating,
    "checkbox": _checkbox,
    "duration": _duration,
    "singleSelect": _select,
    "multipleSelects": _select,
    "date": _date,
    "dateTime": _date_time,
    "multipleRecordLinks": _link,
}

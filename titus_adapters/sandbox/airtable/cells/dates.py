"""Dates and moments. Kept is ISO text: `2026-02-26`, or UTC with milliseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.functions.formats import write
from titus_adapters.sandbox.airtable.formula.moments import read_moment, zone_named
from titus_adapters.sandbox.airtable.formula.values import Value, midnight
from titus_adapters.sandbox.airtable.refusals import bad_value
from titus_adapters.sandbox.airtable.times import written

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base
    from titus_adapters.sandbox.airtable.cells.intake import Intake


def zone_of(field: Field) -> ZoneInfo:
    """The field's own; `client` is whoever looks, here UTC."""
    name = result_options(field).get("timeZone") or "utc"
    return zone_named("utc" if name == "client" else name)


def result_options(field: Field) -> dict[str, Any]:
    """A calculated date has its format in what it results in."""
    result = field.option("result")
    return (result.get("options") or {}) if isinstance(result, dict) else (field.options or {})


def _date(intake: Intake, field: Field, sent: Any) -> Stored:
    moment = _moment(intake, field, sent)
    return None if moment is None else moment.date().isoformat()


def _date_time(intake: Intake, field: Field, sent: Any) -> Stored:
    moment = _moment(intake, field, sent)
    return None if moment is None else written(moment)


def _moment(intake: Intake, field: Field, sent: Any) -> datetime | None:
    """What names no zone is in the field's."""
    if not isinstance(sent, str) or (sent == "" and not intake.typecast):
        raise bad_value(field.name)
    try:
        read_moment(sent.strip())  # is it one at all?
        naive = datetime.fromisoformat(sent.strip())
    except (Failed, ValueError):
        if intake.typecast:
            return _by_hand(sent)
        raise bad_value(field.name) from None
    if naive.tzinfo is None:
        return naive.replace(tzinfo=UTC if field.type == "date" else zone_of(field))
    return naive if field.type == "date" else naive.astimezone(UTC)


def _by_hand(sent: str) -> datetime | None:
    """What typecast makes of month/day/year; of anything else nothing, an empty cell."""
    try:
        return read_moment(sent.strip())
    except Failed:
        return None


def date_value(_: Base, __: Field, stored: Stored) -> Value:
    return read_date(stored)


@lru_cache(maxsize=16_384)
def read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failed from None


def moment_value(base: Base, field: Field, stored: Stored) -> Value:
    at = read_moment(stored)
    return at.astimezone(zone_of(field)) if base.house.switches.field_zone_in_formulas else at


def date_text(field: Field, value: date, zone: str) -> str:
    """In the field's format, a moment in the zone asked for."""
    options = result_options(field)
    day = (options.get("dateFormat") or {}).get("format") or "L"
    if not isinstance(value, datetime):
        return write(midnight(value), day)
    clock = (options.get("timeFormat") or {}).get("format") or "h:mm A"
    return write(value.astimezone(zone_named(zone)), f"{day} {clock}")


def _moment_text(_: Base, field: Field, stored: Stored, zone: str) -> str:
    return date_text(field, read_moment(stored), zone)


DATE = Kind(
    accept=_date, value=date_value, text=lambda _, field, stored, zone: date_text(field, read_date(stored), zone)
)
DATE_TIME = Kind(accept=_date_time, value=moment_value, text=_moment_text)

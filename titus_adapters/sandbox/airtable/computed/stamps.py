"""Who made and last edited a record, and when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.cells.dates import date_text, zone_of
from titus_adapters.sandbox.airtable.cells.people import PERSON
from titus_adapters.sandbox.airtable.computed.calculation import Calculation
from titus_adapters.sandbox.airtable.formula.values import Value
from titus_adapters.sandbox.airtable.times import moment, written

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base


def modified_at(row: Row, field_ids: tuple[str, ...] = ()) -> datetime | None:
    """The last edit of one of these fields, of any without them; None if there was none."""
    if field_ids:
        times = [row.touched[field_id] for field_id in field_ids if field_id in row.touched]
    else:
        times = list(row.touched.values())
    return moment(max(times)) if times else None


def _created(_: Base, __: Table, ___: Field, row: Row) -> datetime:
    return moment(row.created_at)


def _modified(_: Base, __: Table, field: Field, row: Row) -> datetime | None:
    return modified_at(row, tuple(field.option("referencedFieldIds") or ()))


def _show(_: Base, field: Field, at: datetime) -> Any:
    if (field.option("result") or {}).get("type") == "date":
        return at.astimezone(zone_of(field)).date().isoformat()
    return written(at)


def _value(base: Base, field: Field, at: datetime) -> Value:
    return at.astimezone(zone_of(field)) if base.house.switches.field_zone_in_formulas else at


def _text(_: Base, field: Field, at: datetime, zone: str) -> str:
    return date_text(field, at, zone)


CREATED_TIME = Calculation(compute=_created, show=_show, value=_value, text=_text)
MODIFIED_TIME = Calculation(compute=_modified, show=_show, value=_value, text=_text)
CREATED_BY = Calculation(
    compute=lambda _, __, ___, row: row.created_by, show=PERSON.show, tell=PERSON.tell, value=PERSON.value
)
MODIFIED_BY = Calculation(
    compute=lambda _, __, ___, row: row.modified_by, show=PERSON.show, tell=PERSON.tell, value=PERSON.value
)

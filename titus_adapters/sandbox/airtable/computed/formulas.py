"""Formulas and rollups. A rollup is a formula over `values`; which one, metadata does not tell, so that the sandbox
takes the likeliest for its result unless `Field.aggregation` says another."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.cells.dates import date_text
from titus_adapters.sandbox.airtable.cells.numbers import number_text
from titus_adapters.sandbox.airtable.computed.calculation import Calculation
from titus_adapters.sandbox.airtable.computed.through import values_through
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.values import Value, is_number, midnight, to_text
from titus_adapters.sandbox.airtable.times import written

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base

_SUMMED = frozenset({"number", "currency", "percent", "duration", "rating"})
_DATES = frozenset({"date", "dateTime"})


def aggregation_of(field: Field) -> str:
    """The formula of a rollup over `values`."""
    kind = (field.option("result") or {}).get("type")
    if field.aggregation is not None:
        return field.aggregation
    return "SUM(values)" if kind in _SUMMED else "MAX(values)" if kind in _DATES else "ARRAYJOIN(values)"


def _formula(base: Base, table: Table, field: Field, row: Row) -> Value:
    return _tidy(base.wiring.formula(table, field)(row))


def _rollup(base: Base, table: Table, field: Field, row: Row) -> Value:
    values = values_through(base, table, field, row)
    return _tidy(base.wiring.formula(table, field)(values))


def _tidy(value: Value) -> Value:
    """Whole numbers without a fraction; empty results are no results."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return None if value == "" or value == [] or value is False else value


def _show(_: Base, field: Field, value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"specialValue": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, list):
        return [_show(_, field, one) for one in value]
    return _day_or_moment(field, value) if isinstance(value, date) else value


def _day_or_moment(field: Field, value: date) -> str:
    """As the field's result says, whatever the formula made."""
    wanted = (field.option("result") or {}).get("type")
    if not isinstance(value, datetime):
        return value.isoformat() if wanted != "dateTime" else written(midnight(value))
    return value.date().isoformat() if wanted == "date" else written(value)


def _text(base: Base, field: Field, value: Any, zone: str) -> str:
    if isinstance(value, date):
        return date_text(field, value, zone)
    if is_number(value) and (field.option("result") or {}).get("type") in _SUMMED - {"duration", "rating"}:
        result = field.option("result")
        shaped = Field(id=field.id, name=field.name, type=result["type"], options=result.get("options"))
        return number_text(base, shaped, value, zone) if math.isfinite(value) else str(value)
    try:
        return to_text(value)
    except Failed:
        return str(value)


FORMULA = Calculation(compute=_formula, show=_show, value=lambda _, __, value: value, text=_text)
ROLLUP = Calculation(compute=_rollup, show=_show, value=lambda _, __, value: value, text=_text)

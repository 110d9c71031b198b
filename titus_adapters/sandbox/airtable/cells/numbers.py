"""Numbers, and checkboxes, which are kept only when they are set."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.refusals import bad_value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base
    from titus_adapters.sandbox.airtable.cells.intake import Intake

_TRUE = frozenset({"true", "1", "yes", "checked"})
_FALSE = frozenset({"false", "0", "no", ""})


def _number(intake: Intake, field: Field, sent: Any) -> float | None:
    if isinstance(sent, str) and intake.typecast:
        sent = _read(sent)
        if sent is None:
            return None
    if isinstance(sent, bool) or not isinstance(sent, (int, float)) or not math.isfinite(sent):
        raise bad_value(field.name)
    return sent


def _read(text: str) -> float | None:
    """What typecast makes of text; what is no number empties the cell."""
    cleaned = text.strip().lstrip("$€£").replace(",", "")
    try:
        number = float(cleaned.rstrip("%"))
    except ValueError:
        return None
    number = number / 100 if cleaned.endswith("%") else number
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _rating(intake: Intake, field: Field, sent: Any) -> Stored:
    number = _number(intake, field, sent)
    if number is None or number == 0:
        return None
    if number != int(number) or not 1 <= number <= (field.option("max") or 5):
        raise bad_value(field.name)
    return int(number)


def _checkbox(intake: Intake, field: Field, sent: Any) -> Stored:
    if intake.typecast and isinstance(sent, (str, int, float)):
        word = str(sent).strip().lower()
        sent = True if word in _TRUE else False if word in _FALSE else sent
    if not isinstance(sent, bool):
        raise bad_value(field.name)
    return sent or None


def number_text(_: Base, field: Field, stored: Stored, __: str) -> str:
    """With as many digits as the field shows, and the sign of its currency."""
    digits = field.option("precision") or 0
    if field.type == "percent":
        return f"{stored * 100:.{digits}f}%"
    text = f"{abs(stored):,.{digits}f}" if field.type == "currency" else f"{stored:.{digits}f}"
    if field.type != "currency":
        return text
    return f"{'-' if stored < 0 else ''}{field.option('symbol') or '$'}{text}"


def _duration_text(_: Base, field: Field, stored: Stored, __: str) -> str:
    shape = field.option("durationFormat") or "h:mm"
    fraction = len(shape.partition(".")[2])
    hours, rest = divmod(abs(stored), 3600)
    sign = "-" if stored < 0 else ""
    if "ss" not in shape:
        return f"{sign}{int(hours)}:{int(rest // 60):02d}"
    width = 3 + fraction if fraction else 2
    return f"{sign}{int(hours)}:{int(rest // 60):02d}:{rest % 60:0{width}.{fraction}f}"


NUMBER = Kind(accept=_number, text=number_text)
DURATION = Kind(accept=_number, text=_duration_text)
RATING = Kind(accept=_rating)
CHECKBOX = Kind(accept=_checkbox, text=lambda _, __, ___, ____: "checked")
AUTO_NUMBER = Kind()

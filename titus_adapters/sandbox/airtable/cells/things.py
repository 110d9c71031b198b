"""Types with a shape of their own: barcodes, buttons, generated text, and those that Airtable adds next year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.formula.values import Value
from titus_adapters.sandbox.airtable.refusals import bad_value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base
    from titus_adapters.sandbox.airtable.cells.intake import Intake


def _barcode(intake: Intake, field: Field, sent: Any) -> Stored:
    if isinstance(sent, str) and intake.typecast:
        sent = {"text": sent}
    if not isinstance(sent, dict) or not isinstance(sent.get("text"), str) or not set(sent) <= {"text", "type"}:
        raise bad_value(field.name)
    return sent


def _part(name: str) -> Kind:
    def value(_: Base, __: Field, stored: Stored) -> Value:
        found = stored.get(name) if isinstance(stored, dict) else stored
        return found if isinstance(found, (str, int, float)) else None

    return Kind(value=value)


def _unknown_value(_: Base, __: Field, stored: Stored) -> Value:
    return stored if isinstance(stored, (str, int, float)) else None


BARCODE = Kind(accept=_barcode, value=_part("text").value)
BUTTON = _part("label")
AI_TEXT = _part("value")
UNKNOWN = Kind(value=_unknown_value)

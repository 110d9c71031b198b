"""Text of every sort. Airtable checks nothing in addresses and telephone numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.values import LONGEST, to_text
from titus_adapters.sandbox.airtable.refusals import bad_value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.cells.intake import Intake


def accept_text(intake: Intake, field: Field, sent: Any) -> Stored:
    text = _cast(field, sent) if intake.typecast else sent
    if not isinstance(text, str) or len(text) > LONGEST:
        raise bad_value(field.name)
    return text or None


def _cast(field: Field, sent: Any) -> str:
    if isinstance(sent, dict):
        raise bad_value(field.name)
    try:
        return to_text(sent)
    except Failed:
        raise bad_value(field.name) from None


TEXT = Kind(accept=accept_text, exact=True)

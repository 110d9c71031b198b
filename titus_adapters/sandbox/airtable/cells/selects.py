"""Selects. Kept is the option's name; webhooks tell the option whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.refusals import bad_value, no_option

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base
    from titus_adapters.sandbox.airtable.cells.intake import Intake


def _option(intake: Intake, field: Field, sent: Any) -> str:
    if not isinstance(sent, str):
        raise bad_value(field.name)
    if any(choice["name"] == sent for choice in field.choices):
        return sent
    if not intake.typecast:
        raise no_option(sent)
    name = sent.strip()
    known = next((choice["name"] for choice in field.choices if choice["name"].lower() == name.lower()), None)
    if known is None:
        intake.add_choice(field, name)
    return str(known or name)


def _one(intake: Intake, field: Field, sent: Any) -> Stored:
    return _option(intake, field, sent) if sent != "" else None


def _many(intake: Intake, field: Field, sent: Any) -> Stored:
    if isinstance(sent, str) and intake.typecast:
        sent = [piece.strip() for piece in sent.split(",") if piece.strip()]
    if not isinstance(sent, list):
        raise bad_value(field.name)
    return list(dict.fromkeys(_option(intake, field, one) for one in sent)) or None


def whole_option(field: Field, name: str) -> dict[str, Any]:
    """An option that was taken away since has no id any more."""
    return next((choice for choice in field.choices if choice["name"] == name), {"name": name})


def _tell_many(_: Base, field: Field, stored: Stored) -> Any:
    return [whole_option(field, name) for name in stored]


SELECT = Kind(accept=_one, tell=lambda _, field, stored: whole_option(field, stored), exact=True)
MULTIPLE = Kind(accept=_many, tell=_tell_many)
SYNC_SOURCE = Kind(tell=lambda _, field, stored: whole_option(field, stored), exact=True)

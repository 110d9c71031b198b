"""Links to records. Kept are their ids; formulas see their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.refusals import bad_value, no_row

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base
    from titus_adapters.sandbox.airtable.cells.intake import Intake


def _links(intake: Intake, field: Field, sent: Any) -> Stored:
    """The API does not enforce `prefersSingleRecordLink`."""
    if isinstance(sent, str) and intake.typecast:
        sent = [piece.strip() for piece in sent.split(",") if piece.strip()]
    if not isinstance(sent, list) or not all(isinstance(one, (str, dict)) for one in sent):
        raise bad_value(field.name)
    return list(dict.fromkeys(_link(intake, field, one) for one in sent)) or None


def _link(intake: Intake, field: Field, sent: Any) -> str:
    wanted = sent.get("id") if isinstance(sent, dict) else sent
    table = intake.base.tables[field.option("linkedTableId")]
    if not isinstance(wanted, str):
        raise bad_value(field.name)
    if intake.exists(table, wanted):
        return wanted
    if not intake.typecast or wanted.startswith("rec"):
        raise no_row(wanted)
    known = next((row.id for row in table.rows.values() if intake.base.title(table, row) == wanted), None)
    return known or intake.add_linked(table, wanted).id


def _names(base: Base, field: Field, stored: Stored) -> list[Any]:
    table = base.tables[field.option("linkedTableId")]
    return [base.title_of(table, record_id) for record_id in stored]


def _tell(base: Base, field: Field, stored: Stored) -> Any:
    table = base.tables[field.option("linkedTableId")]
    return [{"id": record_id, "name": base.title_of(table, record_id)} for record_id in stored]


LINKS = Kind(accept=_links, tell=_tell, value=_names)

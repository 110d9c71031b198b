"""Taking fields and tables away: a person can, the web API cannot."""

from __future__ import annotations

from titus_adapters.sandbox.airtable.base.announcing import announce
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import FieldChange, Source, TableChange
from titus_adapters.sandbox.airtable.base.model import Field, Table


def remove_field(base: Base, table: Table, field: Field, user_id: str, source: Source = "client") -> None:
    """With the other side of a link. What was calculated from it is an error from now on."""
    changes: dict[str, TableChange] = {}
    for one, gone in [(table, field), *_other_side(base, field)]:
        _forget(one, gone)
        change = FieldChange(gone.id, None, {"name": gone.name, "type": gone.type})
        changes.setdefault(one.id, TableChange(table=one)).fields.append(change)
    base.rewire()
    announce(base, user_id, source, changes)


def remove_table(base: Base, table: Table, user_id: str, source: Source = "client") -> None:
    """With all that links to it."""
    for other in base.tables:
        for field in list(other.fields.values()):
            if other is not table and field.option("linkedTableId") == table.id:
                _forget(other, field)
    base.tables.remove(table.id)
    base.rewire()
    announce(base, user_id, source, {}, destroyed=(table.id,))


def _other_side(base: Base, field: Field) -> list[tuple[Table, Field]]:
    inverse = field.option("inverseLinkFieldId")
    other = base.tables.with_field(inverse) if inverse is not None else None
    return [(other, other.fields[inverse])] if other is not None else []


def _forget(table: Table, field: Field) -> None:
    del table.fields[field.id]
    for row in table.rows.values():
        row.cells.pop(field.id, None)
    for one in table.fields.values():
        uses = {one.option("recordLinkFieldId"), *(one.option("referencedFieldIds") or ())}
        if field.id in uses and one.option("isValid"):
            one.options = {**(one.options or {}), "isValid": False}

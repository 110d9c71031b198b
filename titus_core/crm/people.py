"""What a record of a person says of their name. Pure."""

from __future__ import annotations

import msgspec

from titus_core.crm.fields import FIRST_NAME, FULL_NAME, LAST_NAME, field_of
from titus_core.records.catalogue import Field, Table
from titus_core.records.model import FieldId, Record


class Naming(msgspec.Struct, frozen=True):
    """Where names stand in a table. A full name may be computed, and then be missing where nobody computes it: it is
    first and last name then."""

    full: Field | None
    first: Field | None
    last: Field | None

    @classmethod
    def of(cls, table: Table) -> Naming:
        return cls(field_of(table, FULL_NAME), field_of(table, FIRST_NAME), field_of(table, LAST_NAME))

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(one for one in (self.full, self.first, self.last) if one is not None)

    @property
    def ids(self) -> frozenset[FieldId]:
        return frozenset(one.id for one in self.fields)

    def name(self, record: Record) -> str:
        """Without doubled blanks; blank for a record without any name."""
        parts = (_text(record, self.first), _text(record, self.last))
        return _text(record, self.full) or " ".join(part for part in parts if part)


def _text(record: Record, field: Field | None) -> str:
    cell = record.fields.get(field.id) if field is not None else None
    return " ".join(cell.split()) if isinstance(cell, str) else ""

"""Making and changing tables and fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.announcing import announce
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import FieldChange, Source, TableChange
from titus_adapters.sandbox.airtable.base.model import Field, Table, View
from titus_adapters.sandbox.airtable.base.options import bad_options, new_options
from titus_adapters.sandbox.airtable.formula.naming import with_ids
from titus_adapters.sandbox.airtable.refusals import Refused, invalid_request

PRIMARY = frozenset(
    {
        "singleLineText",
        "multilineText",
        "email",
        "url",
        "phoneNumber",
        "number",
        "currency",
        "percent",
        "duration",
        "date",
        "dateTime",
        "barcode",
        "formula",
    }
)
"""Types that a table's first field may have."""


class Builder(msgspec.Struct, frozen=True):
    """Who builds. `calculated`: types that are calculated may be made, too."""

    base: Base
    user_id: str
    source: Source = "publicApi"
    calculated: bool = False

    def table(self, sent: dict[str, Any]) -> Table:
        """A new table; its first field is the primary one, and links get their other side."""
        table = self.plain_table(sent)
        self.base.rewire()
        announce(self.base, self.user_id, self.source, {}, created=(table,))
        return table

    def plain_table(self, sent: dict[str, Any]) -> Table:
        ids, fields = self.base.house.ids, sent.get("fields")
        name = self._table_name(sent.get("name"))
        if not isinstance(fields, list) or not fields or not all(isinstance(one, dict) for one in fields):
            raise invalid_request("A table needs at least one field")
        if fields[0].get("type") not in PRIMARY:
            raise invalid_request("The first field's type cannot be that of a primary field")
        table = Table(ids.new("tbl"), name, _description(sent))
        for one in fields:
            self._add(table, one)
        table.primary_field_id = next(iter(table.fields))
        table.views = [View(id=ids.new("viw"), name="Grid view")]
        self.base.tables.add(table)
        for field in table.fields.values():
            self._link_back(table, field)
        return table

    def field(self, table: Table, sent: dict[str, Any]) -> Field:
        field = self._add(table, sent)
        back = self._link_back(table, field)
        self.base.rewire()
        changes = {table.id: TableChange(table=table, fields=[_made(field)])}
        if back is not None:
            other, inverse = back
            changes.setdefault(other.id, TableChange(table=other)).fields.append(_made(inverse))
        announce(self.base, self.user_id, self.source, changes)
        return field

    def change_table(self, table: Table, sent: dict[str, Any]) -> None:
        before = {"name": table.name, "description": table.description}
        if "name" in sent and sent["name"] != table.name:
            table.name = self._table_name(sent["name"])
        if "description" in sent:
            table.description = _description(sent)
        if "dateDependencySettings" in sent:
            table.date_dependency = sent["dateDependencySettings"]
        after = {"name": table.name, "description": table.description}
        table.version += 1
        announce(self.base, self.user_id, self.source, {table.id: TableChange(table=table, renamed=(after, before))})

    def change_field(self, table: Table, field: Field, sent: dict[str, Any]) -> None:
        """Its name and description; formulas that name it are written with its id, and stay right."""
        before = {"name": field.name, "type": field.type}
        if "name" in sent and sent["name"] != field.name:
            field.name = _field_name(table, sent["name"])
        if "description" in sent:
            field.description = _description(sent)
        self.base.rewire()
        change = FieldChange(field.id, {"name": field.name, "type": field.type}, before)
        announce(self.base, self.user_id, self.source, {table.id: TableChange(table=table, fields=[change])})

    def _add(self, table: Table, sent: dict[str, Any]) -> Field:
        house, kind = self.base.house, sent.get("type")
        if not isinstance(kind, str):
            raise invalid_request()
        calculated = self.calculated or house.switches.creates_calculated_fields
        field = Field(
            id=house.ids.new("fld"),
            name=_field_name(table, sent.get("name")),
            type=kind,
            options=new_options(kind, sent.get("options"), house.ids, calculated=calculated),
            description=_description(sent),
        )
        if kind == "multipleRecordLinks" and field.option("linkedTableId") not in self.base.tables:
            raise bad_options("the linked table is not there")
        self._finish(table, field)
        table.fields[field.id] = field
        return field

    def _finish(self, table: Table, field: Field) -> None:
        """Formulas are kept with ids for names; records get their numbers."""
        if field.type == "formula" and isinstance(field.option("formula"), str):
            text, ids = with_ids(field.option("formula"), _ids_of(table))
            field.options = {**(field.options or {}), "formula": text, "referencedFieldIds": ids}
        if field.type == "autoNumber":
            for number, row in enumerate(table.rows.values(), 1):
                row.cells[field.id] = table.numbers[field.id] = number

    def _link_back(self, table: Table, field: Field) -> tuple[Table, Field] | None:
        """The other side of a link, in the other table, named after this one."""
        if field.type != "multipleRecordLinks":
            return None
        other = self.base.tables[field.option("linkedTableId")]
        inverse = Field(
            id=self.base.house.ids.new("fld"),
            name=_free_name(other, table.name),
            type=field.type,
            options={
                "linkedTableId": table.id,
                "isReversed": False,
                "prefersSingleRecordLink": False,
                "inverseLinkFieldId": field.id,
            },
        )
        other.fields[inverse.id] = inverse
        field.options = {**(field.options or {}), "inverseLinkFieldId": inverse.id}
        return other, inverse

    def _table_name(self, name: Any) -> str:
        if not isinstance(name, str) or not name.strip():
            raise invalid_request("A table needs a name")
        if any(table.name.lower() == name.lower() for table in self.base.tables):
            raise Refused(422, "DUPLICATE_TABLE_NAME", f"Table name {name} already exists in this base")
        return name


def _field_name(table: Table, name: Any) -> str:
    taken = {field.name.lower() for field in table.fields.values()}
    if not isinstance(name, str) or not name.strip() or name.lower() in taken:
        raise Refused(422, "DUPLICATE_OR_EMPTY_FIELD_NAME", "A field's name must not be empty, nor that of another")
    return name


def _free_name(table: Table, wanted: str) -> str:
    taken = {field.name.lower() for field in table.fields.values()}
    names = [wanted, *(f"{wanted} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name.lower() not in taken)


def _description(sent: dict[str, Any]) -> str | None:
    text = sent.get("description")
    if text is not None and not isinstance(text, str):
        raise invalid_request()
    return text or None


def _ids_of(table: Table) -> Callable[[str], str | None]:
    def find(name: str) -> str | None:
        field = table.find_field(name)
        return field.id if field is not None else None

    return find


def _made(field: Field) -> FieldChange:
    return FieldChange(field.id, {"name": field.name, "type": field.type}, None)

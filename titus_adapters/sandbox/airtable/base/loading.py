"""Bases from metadata, and records as they are: what tests and the sample begin with. Nothing is checked, nobody is
told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table, View
from titus_adapters.sandbox.airtable.computed.calculations import CALCULATIONS
from titus_adapters.sandbox.airtable.files import Attachment
from titus_adapters.sandbox.airtable.house import User
from titus_adapters.sandbox.airtable.times import seconds_of


def load_schema(base: Base, schema: dict[str, Any]) -> None:
    """Tables as `GET /v0/meta/bases/{id}/tables` answers them."""
    for given in schema["tables"]:
        base.tables.add(_table(given))
    base.rewire()


def _table(given: dict[str, Any]) -> Table:
    table = Table(given["id"], given["name"], given.get("description"))
    table.primary_field_id = given["primaryFieldId"]
    table.date_dependency = given.get("dateDependencySettings")
    for one in given["fields"]:
        table.fields[one["id"]] = Field(
            id=one["id"],
            name=one["name"],
            type=one["type"],
            options=one.get("options"),
            description=one.get("description"),
        )
    table.views = [View(id=one["id"], name=one["name"], type=one["type"]) for one in given.get("views", [])]
    return table


def load_records(base: Base, table: Table, records: Iterable[dict[str, Any]], *, as_given: bool = False) -> None:
    """Records as a list answers them, fields by id or name. Links are taken as they stand, their other side included.
    What is calculated is left out, unless `as_given`: then those cells are just so, and without a value hidden."""
    fields = {field.name: field for field in table.fields.values()} | table.fields
    rows = [_row(base, fields, record, as_given=as_given) for record in records]
    table.add_many(rows)
    for field in table.fields.values():
        if field.type == "autoNumber":
            _number(table, field, rows)
    base.rewire()


def _row(base: Base, fields: dict[str, Field], record: dict[str, Any], *, as_given: bool) -> Row:
    row = Row(record["id"], seconds_of(record["createdTime"]), "")
    for name, value in record["fields"].items():
        field = fields[name]
        if field.type in CALCULATIONS:
            _stamp(base, field, row, value)
        elif value is not None and value is not False and value != []:
            row.cells[field.id] = _kept(base, field, value)
    if as_given:
        given = {fields[name].id: value for name, value in record["fields"].items()}
        row.given = {field.id: given.get(field.id) for field in fields.values() if field.computed}
    return row


def _stamp(base: Base, field: Field, row: Row, value: Any) -> None:
    """Facts about the record that its calculated cells tell."""
    match field.type:
        case "createdBy" if value is not None:
            row.created_by = _known(base, value)
        case "lastModifiedBy" if value is not None:
            row.modified_by = _known(base, value)
        case "lastModifiedTime" if value is not None:
            fields = field.option("referencedFieldIds") or ["*"]
            row.touched.update(dict.fromkeys(fields, seconds_of(value)))


def _kept(base: Base, field: Field, value: Any) -> Any:
    match field.type:
        case "singleCollaborator":
            return _known(base, value)
        case "multipleCollaborators":
            return [_known(base, one) for one in value]
        case "multipleAttachments":
            return [_attachment(base, one) for one in value]
        case _:
            return value


def _known(base: Base, given: dict[str, Any]) -> str:
    house = base.house
    if given["id"] not in house.users:
        house.user(User(id=given["id"], email=given.get("email", ""), name=given.get("name", ""), permission="edit"))
    return str(given["id"])


def _attachment(base: Base, given: dict[str, Any]) -> str:
    attachment = Attachment(id=given["id"], filename=given.get("filename", ""), as_given=given)
    return base.house.files.add(attachment).id


def _number(table: Table, field: Field, rows: list[Row]) -> None:
    """Those that have none get the next ones."""
    table.numbers[field.id] = max((row.cells.get(field.id, 0) for row in table.rows.values()), default=0)
    for row in rows:
        if field.id not in row.cells and (row.given is None or row.given.get(field.id) is not None):
            table.numbers[field.id] += 1
            row.cells[field.id] = table.numbers[field.id]

"""One table with a field of every kind, small enough to see."""

from __future__ import annotations

from typing import Any

from titus_core.records.catalogue import Computed, Field, FieldType, Kind, LinkTo, Option, Policy, Privacy, Table
from titus_core.records.model import FieldId, Fields, Record, RecordId, TableId

AT = "2026-01-05T01:02:03.000Z"
TYPES = {
    "text": FieldType.TEXT,
    "number": FieldType.NUMBER,
    "checkbox": FieldType.CHECKBOX,
    "date": FieldType.DATE,
    "instant": FieldType.DATE_TIME,
    "select": FieldType.SELECT,
    "selects": FieldType.SELECTS,
    "links": FieldType.LINKS,
    "attachments": FieldType.ATTACHMENTS,
    "list": FieldType.LOOKUP,
    "object": FieldType.BARCODE,
}
OPTIONS = (Option("sel1", "Zebra"), Option("sel2", "active"), Option("sel3", "Active, once"))


def fld(word: str) -> FieldId:
    return FieldId(f"fld{word.capitalize()}".ljust(17, "0"))


def rec(word: str) -> RecordId:
    return RecordId(f"rec{word}".ljust(17, "0"))


def a_field(kind: str, **changes: Any) -> Field:
    known: dict[str, Any] = {
        "id": fld(kind),
        "name": f"A {kind} ",
        "api": f"{kind}Cell",
        "alias": f"{kind}_cell",
        "column": f"{kind}_cell",
        "type": TYPES[kind],
        "kind": Kind(kind),
        "privacy": Privacy.PERSONAL,
        "options": OPTIONS if kind.startswith("select") else (),
        "link": LinkTo(table=TableId("tblThings00000000")) if kind == "links" else None,
        "computed": Computed(policy=Policy.RECOMPUTE) if kind == "list" else None,
        **changes,
    }
    return Field(**known)


THINGS = Table(
    id=TableId("tblThings00000000"),
    name="All  Things",
    api="allThings",
    alias="all_things",
    sql="crm_all_things",
    primary=fld("text"),
    fields=(
        *(a_field(kind) for kind in TYPES),
        a_field("instant", id=fld("local"), name="Local", api="local", alias="local", zone="Australia/Sydney"),
        a_field("number", id=fld("stars"), name="Stars", api="stars", alias="stars", type=FieldType.RATING),
        a_field("object", id=fld("person"), name="Person", api="person", alias="person", type=FieldType.PERSON),
        a_field("object", id=fld("people"), name="People", api="people", alias="people", type=FieldType.PEOPLE),
        a_field("text", id=fld("sum"), name="Sum", api="sum", alias="sum", computed=Computed(policy=Policy.FREEZE)),
    ),
)


def a_thing(word: str = "a", **cells: Any) -> Record:
    fields: Fields = {fld(kind): cell for kind, cell in cells.items() if cell is not None}
    return Record(id=rec(word), created_time=AT, fields=fields)

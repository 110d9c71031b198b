"""Airtable's metadata as tables and fields without its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.contracts.records.base import METADATA
from tests.contracts.records.formulas import Joining
from titus_adapters.airtable.metadata import TYPES, metadata_of
from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import FieldType, Kind, Privacy
from titus_core.records.describing import FieldDescription, TableDescription
from titus_core.records.naming import named

SHARED = Path(__file__).parents[4] / "shared/reference"


def described(metadata: Any) -> tuple[TableDescription, ...]:
    return metadata_of(msgspec.json.encode(metadata)).tables


def one(**field: Any) -> tuple[FieldDescription, tuple[str, ...]]:
    """Of a table of one field."""
    told = {"id": "fld00000000000001", "name": "A field", **field}
    table = {"id": "tbl00000000000001", "name": "A table", "primaryFieldId": told["id"], "fields": [told]}
    read = metadata_of(msgspec.json.encode({"tables": [table]}))
    return read.tables[0].fields[0], read.warnings


def test_every_type_that_there_is_in_the_base_of_the_contracts_is_read() -> None:
    told = {field["type"] for table in METADATA["tables"] for field in table["fields"]}
    assert told >= set(TYPES) - {"lookup"}
    read = metadata_of(msgspec.json.encode(METADATA))
    assert read.warnings == (
        "'All  People', 'a type of next year': the type 'holographicText' is not understood; "
        "values are carried as they come",
        "'All  People', 'Broken': Airtable itself cannot compute it",
    )


def test_options_links_zones_and_computations_are_kept() -> None:
    fields = {field.name: field for table in described(METADATA) for field in table.fields}
    assert [option.name for option in fields["Status"].options][:2] == ["Zebra", "active"]
    assert fields["Status"].options[0].id == "selOption00000000"
    home = fields["Home"]
    assert fields["Residents"].link is not None
    assert (fields["Residents"].link.table, fields["Residents"].link.inverse) == (
        "tblPeople00000000",
        "fldPHome000000000",
    )
    assert home.type is FieldType.TEXT  # the one of the table Homes, told last
    assert (fields["Seen"].zone, fields["Seen (UTC)"].zone) == ("Australia/Brisbane", "UTC")
    renamed = fields["Renamed"].computation
    assert renamed is not None
    assert (renamed.watches, renamed.reads, renamed.result) == (("fldPFirst00000000",), (), FieldType.DATE_TIME)
    named_ = fields["Full Name"].computation
    assert named_ is not None
    assert (named_.reads, named_.formula) == (
        ("fldPFirst00000000", "fldPLast000000000"),
        "{fldPFirst00000000}&' '&{fldPLast000000000}",
    )


@pytest.mark.parametrize(("told", "zone"), [("client", None), ("utc", "UTC"), ("Australia/Sydney", "Australia/Sydney")])
def test_the_zone_of_a_field(told: str, zone: str | None) -> None:
    options = {"timeZone": told}
    assert one(type="dateTime", options=options)[0].zone == zone
    assert one(type="createdTime", options={"result": {"type": "dateTime", "options": options}})[0].zone == zone
    assert one(type="createdTime", options={"result": {"type": "date"}})[0].zone is None


def test_options_that_are_not_understood_make_a_field_that_is_carried() -> None:
    field, warnings = one(type="singleSelect", options={"choices": "many"})
    assert field.type is FieldType.UNKNOWN
    assert field.computation is not None
    assert not field.computation.sound
    assert "the options" in warnings[0]


def test_keys_that_are_new_do_no_harm() -> None:
    field, warnings = one(type="number", options={"precision": 0, "newKey": {"a": 1}}, hologram=True)
    assert (field.type, warnings) == (FieldType.NUMBER, ())


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"tables": [{"id": 3}]}', b'{"error": "NOT_FOUND"}'])
def test_what_is_no_metadata_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid, match="metadata"):
        metadata_of(body)


needs_reference = pytest.mark.skipif(not SHARED.exists(), reason="the shared reference ../shared/reference is not here")


@needs_reference
def test_all_31_tables_of_the_provider_are_read() -> None:
    read = metadata_of((SHARED / "domain/base_schema.json").read_bytes())
    made = named("appProvider", read.tables, Joining())
    assert (len(made.tables), sum(len(table.fields) for table in made.tables)) == (31, 488)
    assert read.warnings == ()
    assert made.named("clients").named("accountTypeActiveOrInactiveOrPropsect").options[0].name == "Active"
    assert made.named("NDIS Items").named("remote").name == " Remote "
    assert made.named("clients").named("NDIS Supports\nPlan & Accommodation decisions").kind is Kind.SELECT
    for table in made.tables:
        assert len({field.api for field in table.fields}) == len(table.fields)
        assert len({field.column for field in table.fields}) == len(table.fields)
        for field in table.fields:
            assert field.link is None or made.table(field.link.table).field(field.link.inverse or field.id)
    secret = {field.name for table in made.tables for field in table.fields if field.privacy is Privacy.SECRET}
    assert secret == {"Lockbox or Keypad Details", "WIFI Password", "Endpoint", "p256dh", "auth", "VAPID Key ID"}


@needs_reference
def test_the_zoo_is_read() -> None:
    read = metadata_of((SHARED / "airtable/metadata_base_schema.json").read_bytes())
    zoo = named("appZoo", read.tables, Joining()).named("fieldZoo")
    assert len(zoo.fields) == 40
    assert {field.type for field in zoo.fields} == set(FieldType)
    assert len(read.warnings) == 2

"""Metadata: reading it, and making and changing tables and fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.sandbox_airtable.stage import SCHEMA, Stage
from titus_adapters.sandbox.airtable.desk import WORKSPACE
from titus_adapters.sandbox.airtable.switches import Switches

TABLES = "/v0/meta/bases/appTitusSandbox00/tables"


async def test_metadata_are_what_was_given_and_views_show_fields_on_demand(stage: Stage) -> None:
    assert await stage.get(TABLES) == SCHEMA
    shown = await stage.get(TABLES, include="visibleFieldIds")
    assert shown["tables"][0]["views"][0]["visibleFieldIds"][0] == "fldName0000000000"


async def test_a_table_is_made_with_fields_and_links_that_come_back(stage: Stage) -> None:
    fields = [
        {"name": "Course", "type": "singleLineText", "description": "what it is called"},
        {"name": "Kind", "type": "singleSelect", "options": {"choices": [{"name": "Online"}, {"name": "In person"}]}},
        {"name": "Taken by", "type": "multipleRecordLinks", "options": {"linkedTableId": "tblClients0000000"}},
        {"name": "Slides", "type": "multipleAttachments"},
    ]
    sent = {"name": "Courses", "description": "what people learn", "fields": fields}
    status, made = await stage.ask("POST", TABLES, json=sent)
    assert (status, made["name"], made["description"]) == (200, "Courses", "what people learn")
    assert made["primaryFieldId"] == made["fields"][0]["id"]
    assert [field["name"] for field in made["fields"]] == ["Course", "Kind", "Taken by", "Slides"]
    assert made["fields"][1]["options"]["choices"][0].keys() == {"id", "name", "color"}
    assert made["views"][0]["name"] == "Grid view"
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    (course,) = await stage.create("Courses", {"Course": "First aid", "Taken by": [ada["id"]], "Kind": "Online"})
    assert (await stage.get(f"Clients/{ada['id']}"))["fields"]["Courses"] == [course["id"]]


OPTIONS: list[tuple[str, Any]] = [
    ("number", {"precision": 8}),
    ("percent", {"precision": 0}),
    ("currency", {"precision": 2, "symbol": "$"}),
    ("rating", {"icon": "star", "max": 10, "color": "yellowBright"}),
    ("checkbox", {"icon": "check", "color": "greenBright"}),
    ("duration", {"durationFormat": "h:mm"}),
    ("date", {"dateFormat": {"name": "iso"}}),
    ("dateTime", {"timeZone": "client", "dateFormat": {"name": "local"}, "timeFormat": {"name": "12hour"}}),
    ("multipleSelects", {"choices": [{"name": "A", "color": "redBright"}]}),
    ("barcode", None),
    ("richText", None),
    ("singleCollaborator", None),
]


@pytest.mark.parametrize(("kind", "options"), OPTIONS)
async def test_a_field_of_every_type_can_be_made(stage: Stage, kind: str, options: Any) -> None:
    sent = {"name": "New", "type": kind} | ({"options": options} if options is not None else {})
    status, made = await stage.ask("POST", f"{TABLES}/Clients/fields", json=sent)
    assert (status, made["type"]) == (200, kind)
    assert made in (await stage.get(TABLES))["tables"][0]["fields"]


WRONG: list[tuple[Any, str]] = [
    ({"name": "", "type": "singleLineText"}, "DUPLICATE_OR_EMPTY_FIELD_NAME"),
    ({"name": "NAME", "type": "singleLineText"}, "DUPLICATE_OR_EMPTY_FIELD_NAME"),
    ({"name": "New"}, "INVALID_REQUEST_UNKNOWN"),
    ({"name": "New", "type": "singleLineText", "description": 5}, "INVALID_REQUEST_UNKNOWN"),
    ({"name": "New", "type": "formula", "options": {"formula": "1"}}, "UNSUPPORTED_FIELD_TYPE_FOR_CREATE"),
    ({"name": "New", "type": "autoNumber"}, "UNSUPPORTED_FIELD_TYPE_FOR_CREATE"),
    ({"name": "New", "type": "telepathy"}, "UNSUPPORTED_FIELD_TYPE_FOR_CREATE"),
    ({"name": "New", "type": "number"}, "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE"),
    ({"name": "New", "type": "number", "options": {"precision": 9}}, "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE"),
    ({"name": "New", "type": "richText", "options": {}}, "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE"),
    ({"name": "New", "type": "rating", "options": {"icon": "star", "max": 11, "color": "x"}}, ""),
    ({"name": "New", "type": "duration", "options": {"durationFormat": "days"}}, ""),
    ({"name": "New", "type": "singleSelect", "options": {"choices": [{}]}}, ""),
    ({"name": "New", "type": "singleSelect", "options": {"choices": [{"name": "a"}, {"name": "A"}]}}, ""),
    ({"name": "New", "type": "date", "options": {"dateFormat": {"name": "roman"}}}, ""),
    ({"name": "New", "type": "dateTime", "options": {"timeZone": "Mars/Base"}}, ""),
    ({"name": "New", "type": "multipleRecordLinks", "options": {}}, ""),
    ({"name": "New", "type": "multipleRecordLinks", "options": {"linkedTableId": "tblNowhere0000000"}}, ""),
]


@pytest.mark.parametrize(("sent", "kind"), WRONG)
async def test_a_field_that_cannot_be_is_refused(stage: Stage, sent: Any, kind: str) -> None:
    refused = await stage.refused("POST", f"{TABLES}/Clients/fields", json=sent)
    assert refused[:2] == (422, kind or "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE")


async def test_calculated_fields_are_made_only_if_the_switch_says_so(stage: Stage) -> None:
    stage.airtable.set_switches(Switches(creates_calculated_fields=True))
    sent = {"name": "Loud", "type": "formula", "options": {"formula": "UPPER({Name})"}}
    status, made = await stage.ask("POST", f"{TABLES}/Clients/fields", json=sent)
    assert status == 200
    assert made["options"]["formula"] == "UPPER({fldName0000000000})"
    assert made["options"]["referencedFieldIds"] == ["fldName0000000000"]
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    assert ada["fields"]["Loud"] == "ADA"


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "Clients", "fields": [{"name": "A", "type": "singleLineText"}]},
        {"name": " ", "fields": [{"name": "A", "type": "singleLineText"}]},
        {"name": "New", "fields": []},
        {"name": "New", "fields": ["A"]},
        {"name": "New", "fields": [{"name": "A", "type": "checkbox"}]},
    ],
)
async def test_a_table_that_cannot_be_is_refused(stage: Stage, sent: Any) -> None:
    assert (await stage.refused("POST", TABLES, json=sent))[0] == 422
    assert len((await stage.get(TABLES))["tables"]) == 2


async def test_tables_and_fields_are_renamed_and_described(stage: Stage) -> None:
    status, table = await stage.ask("PATCH", f"{TABLES}/Clients", json={"name": "People", "description": "us"})
    assert (status, table["name"], table["description"]) == (200, "People", "us")
    path = f"{TABLES}/People/fields/fldBudget00000000"
    status, field = await stage.ask("PATCH", path, json={"name": "Money", "description": "of the plan"})
    assert (status, field["name"], field["description"]) == (200, "Money", "of the plan")
    (made,) = await stage.create("People", {"Money": 5})
    assert made["fields"]["Money"] == 5
    dependency = {"isEnabled": True, "durationFieldId": "fldBudget00000000"}
    _, table = await stage.ask("PATCH", f"{TABLES}/People", json={"dateDependencySettings": dependency})
    assert table["dateDependencySettings"] == dependency


async def test_a_change_of_nothing_or_of_what_is_not_there_is_refused(stage: Stage) -> None:
    assert (await stage.refused("PATCH", f"{TABLES}/Clients", json={}))[0] == 422
    assert (await stage.refused("PATCH", f"{TABLES}/Clients/fields/fldBudget00000000", json={}))[0] == 422
    assert (await stage.refused("PATCH", f"{TABLES}/Clients/fields/fldNowhere0000000", json={"name": "x"}))[0] == 403
    taken = {"name": "name"}
    assert (await stage.refused("PATCH", f"{TABLES}/Clients/fields/fldBudget00000000", json=taken))[0] == 422


async def test_a_base_is_made_in_a_workspace(stage: Stage) -> None:
    table = {"name": "Only", "fields": [{"name": "A", "type": "singleLineText"}]}
    sent = {"name": "New base", "workspaceId": WORKSPACE, "tables": [table]}
    status, made = await stage.ask("POST", "/v0/meta/bases", json=sent)
    assert (status, made["tables"][0]["name"]) == (200, "Only")
    listed = (await stage.get("/v0/meta/bases"))["bases"]
    assert {"id": made["id"], "name": "New base", "permissionLevel": "owner"} in listed
    assert (await stage.refused("POST", "/v0/meta/bases", json=sent | {"workspaceId": "wspElse"}))[0] == 403
    assert (await stage.refused("POST", "/v0/meta/bases", json=sent | {"tables": []}))[0] == 422


async def test_many_bases_come_in_pages(stage: Stage) -> None:
    for _ in range(1000):
        stage.airtable.base()
    first = await stage.get("/v0/meta/bases")
    second = await stage.get("/v0/meta/bases", offset=first["offset"])
    assert (len(first["bases"]), len(second["bases"]), "offset" in second) == (1000, 1, False)
    assert (await stage.refused("GET", "/v0/meta/bases?offset=x"))[0] == 422


async def test_views_are_listed_shown_and_deleted(stage: Stage) -> None:
    path = "/v0/meta/bases/appTitusSandbox00/views"
    assert [view["id"] for view in (await stage.get(path))["views"]] == ["viwGrid0000000000", "viwNotes000000000"]
    assert (await stage.get(f"{path}/viwNotes000000000"))["name"] == "Grid view"
    assert await stage.ask("DELETE", f"{path}/viwNotes000000000") == (
        200,
        {"id": "viwNotes000000000", "deleted": True},
    )
    assert (await stage.refused("GET", f"{path}/viwNotes000000000"))[0] == 403


async def test_collaborators_are_added_changed_and_removed(stage: Stage) -> None:
    path = "/v0/meta/bases/appTitusSandbox00"
    sent = {"collaborators": [{"user": {"id": "usrAliceSupport00"}, "permissionLevel": "read"}]}
    assert (await stage.ask("POST", f"{path}/collaborators", json=sent))[0] == 200
    (alice,) = (await stage.get(path))["individualCollaborators"]["baseCollaborators"]
    assert (alice["email"], alice["permissionLevel"]) == ("alice@example.org.au", "read")
    changed = {"permissionLevel": "edit"}
    assert (await stage.ask("PATCH", f"{path}/collaborators/usrAliceSupport00", json=changed))[0] == 200
    assert stage.base.base.permission_of("usrAliceSupport00") == "edit"
    assert (await stage.ask("DELETE", f"{path}/collaborators/usrAliceSupport00"))[0] == 200
    assert (await stage.refused("DELETE", f"{path}/collaborators/usrAliceSupport00"))[0] == 403
    for wrong in ({}, {"collaborators": [{"user": {"id": "usrNobody"}}]}, {"collaborators": [{**alice, **changed}]}):
        assert (await stage.refused("POST", f"{path}/collaborators", json=wrong))[0] == 422
    strange = {"collaborators": [{"user": {"id": "usrAliceSupport00"}, "permissionLevel": "king"}]}
    assert (await stage.refused("POST", f"{path}/collaborators", json=strange))[0] == 422


async def test_a_person_takes_tables_away(stage: Stage) -> None:
    stage.base.remove_table("Notes")
    tables = (await stage.get(TABLES))["tables"]
    assert [table["name"] for table in tables] == ["Clients"]
    hours = next(field for field in tables[0]["fields"] if field["name"] == "Hours")
    assert hours["options"]["isValid"] is False
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    assert ada["fields"]["Hours"] == {"error": "#ERROR!"}
    with pytest.raises(KeyError):
        stage.base.table("Notes")

"""Held against the reference data: lists, formulas, errors, field types, writes, webhooks."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from tests.adapters.sandbox_airtable import zoo
from tests.adapters.sandbox_airtable.reference import AIRTABLE, cases, needs_reference, reference
from tests.adapters.sandbox_airtable.stage import Stage, staged
from titus_adapters.sandbox.airtable.base.model import WRITABLE
from titus_adapters.sandbox.airtable.hooks.signature import mac
from titus_adapters.sandbox.airtable.refusals import Bare, Refused
from titus_adapters.sandbox.airtable.rest.errors import envelope
from titus_adapters.sandbox.airtable.switches import Switches

pytestmark = needs_reference

FORMULAS = reference("formula_cases")["cases"] if AIRTABLE.is_dir() else []
REJECTED = reference("formula_cases")["mustReject"] if AIRTABLE.is_dir() else []

CALCULATED_OF_NOTHING = {"formula number": {"specialValue": "NaN"}, "formula broken": {"error": "#ERROR!"}, "rollup": 0}
"""What the sandbox calculates for the empty record, where the reference, written by hand, leaves the cells out."""


@pytest.fixture
async def reference_stage() -> AsyncIterator[Stage]:
    async with staged(reference("metadata_base_schema")) as stage:
        zoo.load(stage)
        yield stage


async def test_metadata_is_answered_as_it_was_given(reference_stage: Stage) -> None:
    schema = await reference_stage.get(f"/v0/meta/bases/{reference_stage.base.id}/tables")
    assert schema == reference("metadata_base_schema")


async def test_two_pages_of_clients_are_those_of_the_reference(reference_stage: Stage) -> None:
    first = await reference_stage.get("Clients", pageSize=2)
    expected = reference("list_records_clients_page1")
    assert first["records"] == expected["records"]
    assert first["offset"].partition("/")[2] == expected["offset"].partition("/")[2]
    second = await reference_stage.get("Clients", pageSize=2, offset=first["offset"])
    assert second == reference("list_records_clients_page2")


async def test_fields_by_id_are_those_of_the_reference(reference_stage: Stage) -> None:
    assert await reference_stage.get("Clients", returnFieldsByFieldId=1) == reference(
        "list_records_clients_by_field_id"
    )


async def test_a_field_of_every_type_reads_as_in_the_reference(reference_stage: Stage) -> None:
    found = {record["id"]: record for record in (await reference_stage.get("Field Zoo"))["records"]}
    expected = {record["id"]: record for record in reference("list_records_zoo")["records"]}
    expected["recZooEmpty000000"]["fields"] |= CALCULATED_OF_NOTHING
    assert found == expected


@pytest.mark.parametrize("case", FORMULAS, ids=[case["formula"] for case in FORMULAS])
async def test_a_formula_keeps_what_the_reference_says(reference_stage: Stage, case: dict[str, Any]) -> None:
    kept = await reference_stage.get("Field Zoo", filterByFormula=case["formula"])
    ids = {record["id"] for record in kept["records"]}
    assert [int(one in ids) for one in ("recZooFull0000000", "recZooEmpty000000")] == case["expect"], case["why"]


@pytest.mark.parametrize("formula", REJECTED)
async def test_a_formula_that_must_be_rejected_is(reference_stage: Stage, formula: str) -> None:
    refused = await reference_stage.refused("GET", "Field Zoo", params={"filterByFormula": formula})
    assert refused[:2] == (422, "INVALID_FILTER_BY_FORMULA")


_KNOWN_ERRORS = {
    (error["status"], msgspec.json.encode(error["body"]))
    for error in cases("errors")
    if isinstance(error["body"], dict)
}


def _is_known(refused: Refused) -> bool:
    return (refused.status, msgspec.json.encode(envelope(refused))) in _KNOWN_ERRORS


WORDED_AS_THE_REFERENCE: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "Nowhere", {}),
    ("PATCH", "Clients/recXXXXXXXXXXXXXX", {"json": {"fields": {}}}),
    ("GET", "Clients?pageSize=101", {}),
    ("POST", "Clients", {"content": b"{"}),
    ("POST", "Clients", {"json": {}}),
    ("POST", "Clients", {"json": {"records": [{"fields": {}}] * 11}}),
    ("GET", "Clients?fields[]=Nope", {}),
    ("POST", "Clients", {"json": {"fields": {"Client Name": "x"}}}),
    ("POST", "Clients", {"json": {"fields": {"DOB": "soon"}}}),
    ("POST", "Clients", {"json": {"fields": {"Status": "NEW"}}}),
    ("PATCH", "Clients", {"json": {"records": [{"id": "recXXXXXXXXXXXXXX", "fields": {}}]}}),
    ("GET", "Clients?filterByFormula={date added}", {}),
    ("GET", "Clients?filterByFormula=(", {}),
    ("GET", "Clients?offset=itrXXXXXXXXXXXXXX/recXXXXXXXXXXXXXX", {}),
    ("GET", "Clients?offset=itrXXXXXXXXXXXXXX", {}),
    ("GET", "Clients?view=Nope", {}),
    ("GET", "Clients?view=viwNoteGrid000000", {}),
]


@pytest.mark.parametrize(("method", "path", "more"), WORDED_AS_THE_REFERENCE)
async def test_refusals_are_worded_as_in_the_reference(
    reference_stage: Stage, method: str, path: str, more: dict[str, Any]
) -> None:
    status, body = await reference_stage.ask(method, path, **more)
    assert (status, msgspec.json.encode(body)) in _KNOWN_ERRORS


async def test_a_token_is_needed_and_must_be_good_enough(reference_stage: Stage) -> None:
    status, body = await reference_stage.ask("GET", "Clients", headers={"authorization": ""})
    assert (status, msgspec.json.encode(body)) in _KNOWN_ERRORS
    narrow = reference_stage.airtable.token(scopes=frozenset({"data.records:write"}))
    status, body = await reference_stage.ask("GET", "Clients", headers={"authorization": f"Bearer {narrow}"})
    assert (status, msgspec.json.encode(body)) in _KNOWN_ERRORS


async def test_both_kinds_of_429_are_worded_as_in_the_reference(reference_stage: Stage) -> None:
    airtable = reference_stage.airtable
    airtable.desk.meter.is_off = False
    airtable.lock(reference_stage.base.id)
    for how in ("object", "plural"):
        airtable.set_switches(Switches(rate_limit_envelope=how))  # type: ignore[arg-type]
        status, body = await reference_stage.ask("GET", "Clients")
        assert (status, msgspec.json.encode(body)) in _KNOWN_ERRORS
    airtable.house.limits = msgspec.structs.replace(airtable.house.limits, monthly=0)
    status, body = await reference_stage.ask("GET", "Clients")
    assert (status, msgspec.json.encode(body)) in _KNOWN_ERRORS


def test_the_bare_envelope_is_that_of_the_reference() -> None:
    assert _is_known(Bare(404, "NOT_FOUND"))


TYPES = cases("field_types")


@pytest.mark.parametrize("kind", TYPES, ids=[kind["type"] for kind in TYPES])
def test_types_are_read_only_as_the_reference_says(kind: dict[str, Any]) -> None:
    assert (kind["type"] in WRITABLE) == (not kind["readOnly"])


async def test_what_the_reference_writes_is_accepted_and_read_as_it_says(reference_stage: Stage) -> None:
    fields = {field.type: field.name for field in reference_stage.base.table("Field Zoo").fields.values()}
    fields["number"], fields["dateTime"] = "number dec", "dateTime utc"
    for kind in TYPES:
        if kind["readOnly"] or kind["type"] in {"multipleAttachments", "multipleRecordLinks"}:
            continue
        for written in kind["write"]:
            name = fields[kind["type"]]
            (made,) = await reference_stage.create("Field Zoo", {name: written}, typecast="Select" in kind["type"])
            assert name in made["fields"], kind["type"]
            if kind["type"] not in {"dateTime", "singleCollaborator", "multipleCollaborators"}:
                assert made["fields"][name] == written
            if kind["type"] == "dateTime":
                assert made["fields"][name] == kind["readV1"][0]


async def test_cells_are_told_to_webhooks_as_the_reference_says(reference_stage: Stage) -> None:
    base, table = reference_stage.base.base, reference_stage.base.table("Field Zoo")
    row = table.rows["recZooFull0000000"]

    def told(name: str) -> Any:
        return base.tell(table, table.field(name), row)

    assert told("singleSelect") == {"id": "selApple000000000", "name": "apple", "color": "greenLight2"}
    assert told("multipleSelects")[1] == {"id": "selAB000000000000", "name": "A, B", "color": "redLight2"}
    assert told("multipleRecordLinks")[0] == {"id": "recClientBeta0000", "name": "Beta O'Neil"}
    assert told("singleCollaborator")["permissionLevel"] == "edit"
    assert told("externalSyncSource")["id"] == "selRosterExport00"
    assert told("multipleLookupValues") == {
        "linkedRecordIds": ["recClientBeta0000", "recClientAlpha000"],
        "valuesByLinkedRecordId": {
            "recClientBeta0000": [{"id": "selExited00000000", "name": "Exited", "color": "redLight2"}],
            "recClientAlpha000": [{"id": "selActive00000000", "name": "Active", "color": "blueLight2"}],
        },
    }


@pytest.mark.parametrize("name", ["patch keeps other cells", "put clears every other writable cell"])
async def test_updates_do_what_the_reference_says(reference_stage: Stage, name: str) -> None:
    (write,) = [one for one in reference("write_requests") if one["name"] == name]
    status, body = await reference_stage.ask(
        write["request"]["method"], "tblClients0000000", json=write["request"]["json"]
    )
    assert status == write["response"]["status"]
    fields = body["records"][0]["fields"]
    assert fields["Status"] == "On Hold"
    assert ("NDIS Number" in fields) == (name == "patch keeps other cells")


async def test_upserts_do_what_the_reference_says(reference_stage: Stage) -> None:
    writes = {one["name"]: one for one in reference("write_requests")}
    create, upsert = writes["create batch"], writes["upsert on external id"]
    status, made = await reference_stage.ask("POST", "tblClients0000000", json=create["request"]["json"])
    assert status == 200
    status, body = await reference_stage.ask("PATCH", "tblClients0000000", json=upsert["request"]["json"])
    assert (status, body["createdRecords"]) == (200, [])
    assert body["updatedRecords"] == [made["records"][0]["id"]]
    assert body["records"][0]["fields"]["First Name"] == "Renamed"
    twice = writes["upsert with two matches fails whole request"]
    await reference_stage.create("Clients", {"Status": "Active"})
    status, _ = await reference_stage.ask("PATCH", "tblClients0000000", json=twice["request"]["json"])
    assert status == twice["response"]["status"]


async def test_the_list_by_body_of_the_reference_is_answered(reference_stage: Stage) -> None:
    (write,) = [one for one in reference("write_requests") if one["name"] == "list via POST"]
    status, body = await reference_stage.ask("POST", "tblClients0000000/listRecords", json=write["request"]["json"])
    assert status == 200
    assert [record["fields"] for record in body["records"]] == [
        {"fldCliStatus00000": "Exited"},
        {"fldCliStatus00000": "Active"},
    ]


def test_the_signature_of_the_reference_ping_is_ours() -> None:
    ping = reference("webhooks")["ping"]
    secret = base64.b64decode(ping["macSecretBase64"])
    assert mac(secret, ping["rawBody"].encode()) == ping["headers"]["X-Airtable-Content-MAC"]


async def test_webhooks_are_made_and_listed_in_the_shape_of_the_reference(reference_stage: Stage) -> None:
    expected = reference("webhooks")
    path = f"/v0/bases/{reference_stage.base.id}/webhooks"
    status, made = await reference_stage.ask("POST", path, json=expected["create"]["request"])
    assert (status, made.keys()) == (200, expected["create"]["response"].keys())
    (listed,) = (await reference_stage.get(path))["webhooks"]
    assert listed.keys() >= expected["list"]["webhooks"][0].keys()
    assert listed["specification"] == expected["create"]["request"]["specification"]


async def test_who_am_i_is_answered_as_in_the_reference(reference_stage: Stage) -> None:
    airtable, expected = reference_stage.airtable, reference("whoami")
    few = frozenset({"data.records:read", "data.records:write", "schema.bases:read", "webhook:manage"})
    for token, answer in (
        (airtable.token(scopes=few), expected["pat"]),
        (airtable.token(), expected["pat_with_email_scope"]),
        (airtable.token(scopes=few, oauth=True), expected["oauth"]),
    ):
        status, told = await reference_stage.ask("GET", "/v0/meta/whoami", headers={"authorization": f"Bearer {token}"})
        assert (status, told) == (200, answer)


async def test_bases_are_listed_as_in_the_reference() -> None:
    expected = reference("metadata_bases")
    async with staged() as stage:
        del stage.airtable.desk.bases[stage.base.id]
        for base in expected["bases"]:
            made = stage.airtable.base(id=base["id"], name=base["name"])
            made.share("usrTitusService00", base["permissionLevel"])
        assert await stage.get("/v0/meta/bases") == expected

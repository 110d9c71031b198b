"""Records over HTTP: reading, writing, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.sandbox_airtable.stage import Stage
from titus_adapters.sandbox.airtable.switches import Switches


async def test_a_record_is_created_and_read_again(stage: Stage) -> None:
    (made,) = await stage.create("Clients", {"Name": "Ada Tran", "fldStatus00000000": "Active", "Budget": 0})
    assert made["fields"]["Name"] == "Ada Tran"
    assert made["fields"]["Budget"] == 0
    assert await stage.get(f"Clients/{made['id']}") == made
    assert await stage.get("tblClients0000000") == {"records": [made]}


async def test_empty_cells_are_left_out(stage: Stage) -> None:
    (made,) = await stage.create("Notes", {"Text": "", "Client": [], "Hours": None})
    assert made["fields"] == {"Title": "Note for "}


async def test_a_single_record_is_created_without_a_list(stage: Stage) -> None:
    status, made = await stage.ask("POST", "Clients", json={"fields": {"Name": "Ben"}})
    assert (status, made["fields"]["Name"]) == (200, "Ben")


async def test_patch_keeps_other_cells_and_put_clears_them(stage: Stage) -> None:
    (made,) = await stage.create("Clients", {"Name": "Ada", "Budget": 5})
    for method, budget in (("PATCH", 5), ("PUT", None)):
        sent = {"records": [{"id": made["id"], "fields": {"Name": "Eve"}}]}
        status, body = await stage.ask(method, "Clients", json=sent)
        assert status == 200
        fields = body["records"][0]["fields"]
        assert (fields["Name"], fields.get("Budget"), fields["Number"]) == ("Eve", budget, 1)


async def test_a_batch_is_all_or_nothing(stage: Stage) -> None:
    made = await stage.create("Clients", {"Name": "Ada"}, {"Name": "Ben"})
    sent = [{"id": made[0]["id"], "fields": {"Name": "x"}}, {"id": made[1]["id"], "fields": {"Status": "Nowhere"}}]
    assert await stage.refused("PATCH", "Clients", json={"records": sent}) == (
        422,
        "INVALID_MULTIPLE_CHOICE_OPTIONS",
        'Insufficient permissions to create new select option ""Nowhere""',
    )
    names = [record["fields"]["Name"] for record in stage.base.records("Clients")]
    assert sorted(names) == ["Ada", "Ben"]


async def test_deleted_records_are_gone_and_their_links_with_them(stage: Stage) -> None:
    (client,) = await stage.create("Clients", {"Name": "Ada"})
    (note,) = await stage.create("Notes", {"Client": [client["id"]], "Hours": 2})
    assert (await stage.get(f"Clients/{client['id']}"))["fields"]["Notes"] == [note["id"]]
    status, body = await stage.ask("DELETE", "Notes", params={"records[]": [note["id"]]})
    assert (status, body) == (200, {"records": [{"id": note["id"], "deleted": True}]})
    assert "Notes" not in (await stage.get(f"Clients/{client['id']}"))["fields"]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "kind"),
    [
        ("POST", "Clients", {"records": []}, 422, "INVALID_RECORDS"),
        ("POST", "Clients", {"records": [{"fields": {}}] * 11}, 422, "INVALID_RECORDS"),
        ("POST", "Clients", {}, 422, "INVALID_REQUEST_MISSING_FIELDS"),
        ("POST", "Clients", {"fields": {"Nope": 1}}, 422, "UNKNOWN_FIELD_NAME"),
        ("POST", "Clients", {"fields": {"Number": 1}}, 422, "INVALID_VALUE_FOR_COLUMN"),
        ("POST", "Clients", {"fields": {"Budget": "much"}}, 422, "INVALID_VALUE_FOR_COLUMN"),
        ("POST", "Clients", {"fields": {"Notes": ["recNowhere0000000"]}}, 422, "ROW_DOES_NOT_EXIST"),
        ("PATCH", "Clients", {"records": [{"fields": {}}]}, 422, "INVALID_RECORDS"),
        (
            "PATCH",
            "Clients",
            {"records": [{"id": "recNowhere0000000", "fields": {}}]},
            422,
            "ROW_DOES_NOT_EXIST",
        ),
        ("PATCH", "Clients/recNowhere0000000", {"fields": {}}, 404, "MODEL_ID_NOT_FOUND"),
        ("DELETE", "Clients/recNowhere0000000", None, 404, "MODEL_ID_NOT_FOUND"),
        ("GET", "Clients/recNowhere0000000", None, 403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"),
        ("GET", "Clients/nonsense", None, 404, "NOT_FOUND"),
        ("GET", "Nowhere", None, 403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"),
        ("GET", "Clients?pageSize=101", None, 422, "INVALID_REQUEST_UNKNOWN"),
        ("GET", "Clients?fields[]=Nope", None, 422, "UNKNOWN_FIELD_NAME"),
        ("GET", "Clients?view=Nope", None, 422, "VIEW_NAME_NOT_FOUND"),
        ("GET", "Clients?view=viwNotes000000000", None, 422, "FAILED_STATE_CHECK"),
        ("GET", "Clients?offset=itrGone", None, 422, "INVALID_OFFSET_VALUE"),
        ("GET", "Clients?filterByFormula=", None, 422, "INVALID_FILTER_BY_FORMULA"),
        ("GET", "Clients?cellFormat=string", None, 422, "INVALID_REQUEST_UNKNOWN"),
    ],
)
async def test_what_airtable_refuses_is_refused_in_its_words(
    stage: Stage, method: str, path: str, sent: Any, status: int, kind: str
) -> None:
    more = {} if sent is None else {"json": sent}
    assert (await stage.refused(method, path, **more))[:2] == (status, kind)


async def test_a_body_that_is_no_json_is_refused(stage: Stage) -> None:
    assert (await stage.refused("POST", "Clients", content=b"{"))[:2] == (422, "INVALID_REQUEST_BODY")


async def test_a_single_record_is_patched_put_and_deleted(stage: Stage) -> None:
    (made,) = await stage.create("Clients", {"Name": "Ada", "Budget": 5})
    path = f"Clients/{made['id']}"
    status, patched = await stage.ask("PATCH", path, json={"fields": {"Budget": 6}})
    assert (status, patched["fields"]["Name"], patched["fields"]["Budget"]) == (200, "Ada", 6)
    status, put = await stage.ask("PUT", path, json={"fields": {"Budget": 7}, "returnFieldsByFieldId": True})
    assert (status, "fldName0000000000" in put["fields"], put["fields"]["fldBudget00000000"]) == (200, False, 7)
    assert await stage.ask("DELETE", path) == (200, {"id": made["id"], "deleted": True})
    assert stage.base.records("Clients") == []


async def test_an_upsert_creates_updates_and_says_which(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada", "Budget": 1})
    sent = {
        "performUpsert": {"fieldsToMergeOn": ["Name"]},
        "records": [
            {"fields": {"Name": "Ada", "Budget": 2}},
            {"fields": {"fldName0000000000": "Ben", "Budget": 3}},
        ],
    }
    status, body = await stage.ask("PATCH", "Clients", json=sent)
    assert status == 200
    assert body["updatedRecords"] == [ada["id"]]
    assert [record["fields"]["Budget"] for record in body["records"]] == [2, 3]
    assert body["createdRecords"] == [body["records"][1]["id"]]


async def test_an_upsert_by_id_updates_that_record(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    records = [{"id": ada["id"], "fields": {"Name": "Eve"}}]
    sent = {"performUpsert": {"fieldsToMergeOn": ["Name"]}, "records": records}
    status, body = await stage.ask("PATCH", "Clients", json=sent)
    assert (status, body["updatedRecords"], body["createdRecords"]) == (200, [ada["id"]], [])


@pytest.mark.parametrize(
    "sent",
    [
        {"performUpsert": {"fieldsToMergeOn": []}, "records": [{"fields": {}}]},
        {"performUpsert": {"fieldsToMergeOn": ["a", "b", "c", "d"]}, "records": [{"fields": {}}]},
        {"performUpsert": {"fieldsToMergeOn": [1]}, "records": [{"fields": {}}]},
        {"performUpsert": {"fieldsToMergeOn": ["Hours"]}, "records": [{"fields": {"Hours": 1}}]},
        {"performUpsert": {"fieldsToMergeOn": ["Notes"]}, "records": [{"fields": {"Notes": []}}]},
        {"performUpsert": {"fieldsToMergeOn": ["Name"]}, "records": [{"fields": {"Budget": 1}}]},
    ],
)
async def test_an_upsert_that_cannot_be_matched_is_refused(stage: Stage, sent: Any) -> None:
    assert (await stage.refused("PATCH", "Clients", json=sent))[0] == 422


async def test_more_than_one_match_refuses_the_whole_upsert(stage: Stage) -> None:
    await stage.create("Clients", {"Name": "Ada"}, {"Name": "Ada"})
    records = [{"fields": {"Name": "New"}}, {"fields": {"Name": "Ada"}}]
    sent = {"performUpsert": {"fieldsToMergeOn": ["Name"]}, "records": records}
    assert (await stage.refused("PATCH", "Clients", json=sent))[0] == 422
    assert len(stage.base.records("Clients")) == 2


async def test_a_record_twice_in_one_request_is_refused(stage: Stage) -> None:
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    records = [{"id": ada["id"], "fields": {"Name": name}} for name in ("Ben", "Eve")]
    assert (await stage.refused("PATCH", "Clients", json={"records": records}))[0] == 422


async def test_typecast_makes_options_and_linked_records_without_it_they_are_refused(stage: Stage) -> None:
    fields = {"Status": "New", "Budget": "$1,200.50", "Notes": []}
    assert (await stage.refused("POST", "Clients", json={"fields": fields}))[1] == "INVALID_MULTIPLE_CHOICE_OPTIONS"
    (made,) = await stage.create("Clients", fields, typecast=True)
    assert (made["fields"]["Status"], made["fields"]["Budget"]) == ("New", 1200.5)
    choices = stage.base.table("Clients").field("Status").choices
    assert [choice["name"] for choice in choices] == ["Prospect", "Active", "Exited", "New"]
    (note,) = await stage.create("Notes", {"Client": "Zoe, Yan"}, typecast=True)
    assert note["fields"]["Title"] == "Note for Zoe, Yan"
    assert {"Zoe", "Yan"} <= {record["fields"].get("Name") for record in stage.base.records("Clients")}


async def test_what_typecast_would_have_made_is_not_made_if_the_request_is_refused(stage: Stage) -> None:
    records = [{"fields": {"Status": "New"}}, {"fields": {"Number": 1}}]
    assert (await stage.refused("POST", "Clients", json={"records": records, "typecast": True}))[0] == 422
    assert len(stage.base.table("Clients").field("Status").choices) == 3


async def test_numbers_go_on_after_a_delete(stage: Stage) -> None:
    made = await stage.create("Clients", {"Name": "Ada"}, {"Name": "Ben"})
    await stage.ask("DELETE", f"Clients/{made[1]['id']}")
    (third,) = await stage.create("Clients", {"Name": "Cy"})
    assert third["fields"]["Number"] == 3


async def test_a_record_of_another_table_is_found_unless_the_switch_is_off(stage: Stage) -> None:
    (note,) = await stage.create("Notes", {"Text": "secret"})
    assert (await stage.get(f"Clients/{note['id']}"))["fields"]["Text"] == "secret"
    stage.airtable.set_switches(Switches(finds_in_other_tables=False))
    assert (await stage.refused("GET", f"Clients/{note['id']}"))[0] == 403


@pytest.mark.parametrize(
    ("how", "answer"),
    [("forbidden", 403), ("not_found", (404, "MODEL_ID_NOT_FOUND")), ("bare_not_found", (404, "NOT_FOUND"))],
)
async def test_a_missing_record_is_told_in_every_way_that_was_seen(stage: Stage, how: Any, answer: Any) -> None:
    stage.airtable.set_switches(Switches(missing_record=how))
    refused = await stage.refused("GET", "Clients/recNowhere0000000")
    assert answer in {refused[0], refused[:2]}


async def test_a_table_whose_name_has_a_slash_is_reached(stage: Stage) -> None:
    stage.base.table("Clients").name = "Clients / Nominees"
    await stage.get("Clients%20%2F%20Nominees")


async def test_paths_that_airtable_does_not_have_are_not_found_in_its_words(stage: Stage) -> None:
    for path in ("/v0/nothing", "/v0/meta/enterpriseAccounts/entX", "/v0/a/b/c/d/e", "Clients/recNowhere0000000/x"):
        assert await stage.ask("GET", path) == (404, {"error": "NOT_FOUND"})
    assert await stage.ask("DELETE", f"/v0/meta/bases/{stage.base.id}") == (404, {"error": "NOT_FOUND"})

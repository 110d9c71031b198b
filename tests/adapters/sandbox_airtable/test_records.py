"""Records over HTTP: reading, writing, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.sandbox_airtable.stage import Stage


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

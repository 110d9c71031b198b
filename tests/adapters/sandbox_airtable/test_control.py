"""The control side, and the sample that `titus sandbox` begins with."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.sandbox_airtable.reference import SHARED
from tests.adapters.sandbox_airtable.stage import SCHEMA, Stage, staged
from titus_adapters.sandbox.airtable.sample import add_sample_base
from titus_adapters.sandbox.airtable.sample.filling import SCHEMA as SAMPLE_SCHEMA
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_http import bootstrap

CONTROL = "/control/"
RESERVED = re.compile(r"0491 570 (006|156|157|158|159|110)")


async def control(stage: Stage, method: str, path: str, sent: Any = None) -> Any:
    response = await stage.client.request(method, CONTROL + path, json=sent)
    assert response.status_code < 300, response.text
    return response.json() if response.content else None


async def test_the_state_tells_of_bases_limits_and_requests(stage: Stage) -> None:
    await stage.create("Clients", {"Name": "Ada"})
    state = await control(stage, "GET", "state")
    assert state["bases"][0]["tables"] == {"Clients": 1, "Notes": 0}
    assert (state["asked"][0]["method"], state["asked"][0]["status"]) == ("POST", 200)
    assert state["limits_off"] is True


async def test_everything_that_makes_life_hard_is_set_from_outside(stage: Stage) -> None:
    fault = {"does": {"type": "Refusal", "status": 500, "kind": "SERVER_ERROR"}, "path": "Clients"}
    await control(stage, "PUT", "faults", {"faults": [fault]})
    assert (await stage.ask("GET", "Clients"))[0] == 500
    state = await control(stage, "PUT", "switches", {"missing_record": "not_found"})
    assert state["switches"]["missing_record"] == "not_found"
    assert (await stage.ask("GET", "Clients/recNowhere0000000"))[0] == 404
    await control(stage, "PUT", "pace", {"iterator_idle": 1})
    await control(stage, "PUT", "weather", {"rules": [{"fault": {"type": "Drop"}}]})
    await control(stage, "PUT", "limits", {"limits": {"monthly": 10}})
    await control(stage, "POST", "quota", {"count": 10})
    assert (await stage.ask("GET", "Clients"))[1]["error"]["type"] == "PUBLIC_API_BILLING_LIMIT_EXCEEDED"
    await control(stage, "PUT", "limits", {})
    await control(stage, "POST", "lock", {"base_id": stage.base.id, "seconds": 5})
    assert (await stage.ask("GET", "Clients"))[0] == 429
    await control(stage, "POST", "time", {"seconds": 5})
    assert (await stage.ask("GET", "Clients"))[0] == 200


async def test_offsets_are_killed_and_time_runs_out_from_outside(stage: Stage) -> None:
    await stage.create("Clients", {"Name": "Ada"}, {"Name": "Ben"})
    await stage.get("Clients", pageSize=1)
    assert (await control(stage, "GET", "state"))["iterators"] == 1
    assert (await control(stage, "POST", "iterators/kill"))["iterators"] == 0
    await control(stage, "POST", "time", {})


async def test_bases_tokens_and_views_are_made_from_outside(stage: Stage) -> None:
    made = await control(stage, "POST", "bases", {"tables": SCHEMA["tables"], "id": "appMade0000000000"})
    assert made["tables"] == {"Clients": 0, "Notes": 0}
    token = {"secret": "pat.reader", "user_id": "usrReader00000000", "permission": "read"}
    await control(stage, "PUT", "tokens", token)
    headers = {"authorization": "Bearer pat.reader"}
    assert (await stage.ask("POST", "/v0/appMade0000000000/Clients", json={"fields": {}}, headers=headers))[0] == 403
    view = {"table": "Clients", "name": "Active", "formula": "{Status}='Active'", "sort": [["Name", True]]}
    await control(stage, "PUT", f"bases/{stage.base.id}/views", view)
    await stage.create("Clients", {"Name": "Ada"}, {"Name": "Ben", "Status": "Active"})
    assert len((await stage.get("Clients", view="Active"))["records"]) == 1


async def test_a_person_edits_records_from_outside(stage: Stage) -> None:
    path = f"bases/{stage.base.id}/records/Clients"
    made = await control(stage, "POST", path, {"Name": "Ada"})
    assert (await control(stage, "PATCH", f"{path}/{made['id']}", {"Name": "Eve"}))["fields"]["Name"] == "Eve"
    assert [one["fields"]["Name"] for one in await control(stage, "GET", path)] == ["Eve"]
    await control(stage, "DELETE", f"{path}/{made['id']}")
    assert await control(stage, "GET", path) == []


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "bases/appNowhere0000000/records/Clients", None, 404),
        ("GET", "bases/appTitusSandbox00/records/Nowhere", None, 404),
        ("POST", "bases/appTitusSandbox00/records/Clients", {"Nope": 1}, 400),
        ("PATCH", "bases/appTitusSandbox00/records/Clients/recNowhere0000000", {}, 400),
        ("DELETE", "bases/appTitusSandbox00/records/Clients/recNowhere0000000", None, 400),
    ],
)
async def test_what_cannot_be_done_is_said(stage: Stage, method: str, path: str, sent: Any, status: int) -> None:
    response = await stage.client.request(method, CONTROL + path, json=sent)
    assert response.status_code == status


async def test_time_that_follows_a_clock_is_not_moved_from_outside() -> None:
    async with staged(clock=lambda: 1_800_000_000.0) as stage:
        assert (await stage.client.post("/control/time", json={})).status_code == 400


def test_the_sample_is_the_same_every_time_and_its_people_have_reserved_numbers() -> None:
    first, again = add_sample_base(AirtableSandbox()), add_sample_base(AirtableSandbox())
    for table in first.base.tables:
        records = first.records(table.name)
        assert len(records) == 24
        assert records == again.records(table.name)
        for field in table.fields.values():
            if field.type == "phoneNumber":
                numbers = [record["fields"].get(field.name) for record in records]
                assert all(number is None or RESERVED.fullmatch(number) for number in numbers)
    assert len(first.base.tables) == 31


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no reference data at {SHARED}")
def test_the_sample_is_built_as_the_reference_says() -> None:
    reference = json.loads((SHARED / "domain" / "base_schema.json").read_text("utf-8"))
    assert json.loads(SAMPLE_SCHEMA.read_text("utf-8")) == reference


async def test_titus_sandbox_serves_the_sample() -> None:
    sandboxes = bootstrap.open_sandboxes("http://127.0.0.1:4010")
    add_sample_base(sandboxes.airtable, id=bootstrap.SAMPLE_BASE)
    assert bootstrap.serve_sandboxes(sandboxes, speed=1.0)
    assert sandboxes.airtable.house.url == "http://127.0.0.1:4010/airtable"
    assert [handle.id for handle in sandboxes.airtable.bases] == [bootstrap.SAMPLE_BASE]


def test_the_control_page_asks_only_for_what_there_is() -> None:
    page = (Path(bootstrap.__file__).parents[2] / "titus_adapters/sandbox/airtable/control/section.html").read_text()
    assert set(re.findall(r'api\("([\w/]+)"', page)) <= {"state", "faults", "lock", "iterators/kill", "limits"}

"""Contacts and clients over HTTP: who may ask, and what is said when nobody can know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.core.crm.base import catalogue
from tests.core.crm.registry import Registry
from tests.http.staff_app import Staff
from tests.journeys.records.conftest import signed_in
from titus_core.kernel.actor import OPERATOR
from titus_core.records.catalogue import Catalogue
from titus_core.records.ports import Create

OF_CLIENT = {"clientName": "Mia Tran"}
READS: dict[str, dict[str, str]] = {
    "/api/contacts": {},
    "/api/contacts/rec00000000000001": {},
    "/api/contacts/history": {"name": "Ann Lee"},
    "/api/contacts/progress-notes": OF_CLIENT,
    "/api/contacts/incidents": OF_CLIENT,
    "/api/contacts/kms": {"email": "ann@example.org"},
    "/api/contacts/sleep-chart": OF_CLIENT,
    "/api/contacts/bowel-chart": OF_CLIENT,
    "/api/contacts/fluid-intake": OF_CLIENT,
    "/api/contacts/consumables": OF_CLIENT,
    "/api/contacts/behaviours": OF_CLIENT,
    "/api/clients": {},
    "/api/clients/ndis": {},
    "/api/clients/details": {"name": "Mia Tran"},
    "/api/clients/support-plan": {"name": "Mia Tran"},
    "/api/clients/calendar": {"name": "Mia Tran"},
    "/api/clients/budgets": {},
    "/api/clients/budgets/shifts": {"name": "Mia Tran"},
    "/api/clients/tasks": {"name": "Mia Tran"},
    "/api/clients/docs": OF_CLIENT,
}
WRITES = {
    "POST /api/contacts": {"firstName": "Bo"},
    "PUT /api/contacts/rec00000000000001": {"firstName": "Bo"},
    "DELETE /api/contacts/rec00000000000001": None,
    "POST /api/contacts/progress-notes": {"progressNote": "Walked"},
    "POST /api/contacts/incidents": {"severity": "Minor"},
    "POST /api/clients/budgets": {"clientName": "Mia Tran"},
    "POST /api/clients/docs/upload": {"clientName": "Mia Tran"},
}


class Office(Registry):
    def __init__(self, told: Catalogue | None = None) -> None:
        super().__init__(told)
        self.store = self.records

    async def put(self, table: str, **cells: Any) -> str:
        told = self.catalogue.named(table)
        items = ({told.named(word).id: value for word, value in cells.items()},)
        return (await self.records.write(Create(table=told.id, by=OPERATOR, items=items))).records[0].id


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
async def client(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    await office.storage.open()
    async with signed_in(office) as client:  # type: ignore[arg-type]  # it has all that is asked of one
        yield client
    await office.storage.close()


async def test_while_the_records_are_away_every_route_says_so_and_none_answers_an_empty_list(
    office: Office, client: httpx.AsyncClient
) -> None:
    await office.put("clients", client_name="Mia Tran")
    await office.storage.close()
    for path, params in READS.items():
        answer = await client.get(path, params=params)
        assert (path, answer.status_code) == (path, 503)
        assert answer.json()["type"].endswith("/problems/unavailable")
    for asked, body in WRITES.items():
        method, path = asked.split()
        answer = await client.request(method, path, json=body)
        assert (asked, answer.status_code) == (asked, 503)


async def test_a_base_without_a_table_is_said_by_name(client: httpx.AsyncClient) -> None:
    for name, path in (
        ("Clients", "/api/contacts"),
        ("Progress Notes", "/api/contacts/kms"),
        ("Client Sleep Chart", "/api/contacts/sleep-chart"),
        ("Tasks", "/api/clients/tasks"),
        ("Client Docs", "/api/clients/docs"),
        ("Rosters 2025", "/api/clients/budgets/shifts"),
        ("Support Plan - 2025", "/api/clients/support-plan"),
    ):
        lacking = Office(catalogue(name))
        await lacking.storage.open()
        async with signed_in(lacking) as asking:  # type: ignore[arg-type]
            answer = await asking.get(path, params=READS[path])
        assert answer.status_code == 501, (name, answer.text)
        assert answer.json()["type"].endswith("/problems/not-in-base")


async def test_tasks_and_documents_of_a_base_that_has_them(office: Office, client: httpx.AsyncClient) -> None:
    mia = await office.put("clients", client_name="Mia Tran")
    ann = await office.put("all_contacts", first_name="Ann")
    await office.put("tasks", task_name="Call the plan manager", client_name=[mia], assigned_to=[ann])
    tasks = (await client.get("/api/clients/tasks", params={"name": "Mia Tran"})).json()
    assert tasks["total"] == 1
    assert (tasks["records"][0]["taskName"], tasks["records"][0]["assignedTo"]) == ("Call the plan manager", "Ann")
    told = {"clientName": "mia tran", "docType": "Plan", "expiryDate": "31/12/2026"}
    for _ in range(2):
        made = await client.post("/api/clients/docs/upload", json=told, headers={"idempotency-key": "once"})
        assert made.status_code == 200
        assert made.json() == {"id": made.json()["id"], "uniqueRef": made.json()["id"], "success": True}
    (doc,) = (await client.get("/api/clients/docs", params=OF_CLIENT)).json()
    assert (doc["docType"], doc["expiryDate"], doc["clientName"]) == ("Plan", "2026-12-31", "Mia Tran")


async def test_shifts_are_told_with_what_they_cost(office: Office, client: httpx.AsyncClient) -> None:
    mia = await office.put("clients", client_name="Mia Tran")
    start = {"start_shift": "2026-11-30T09:00:00.000Z", "total_hours_decimal": 2.5, "charge_per_hour": 67.56}
    await office.put("rosters_2025", client_name=[mia], **start)
    told = (await client.get("/api/clients/budgets/shifts", params={"name": "Mia Tran"})).json()
    assert told["shifts"][0]["cost"] == 168.9
    assert told["weeklyBurn"] == [{"weekStart": "2026-11-30", "hours": 2.5, "cost": 168.9, "shiftCount": 1}]


@pytest.mark.parametrize("text", ["') OR TRUE() OR ('", "{Client Name}", "\\'", '"', "%", "_", "Mia'"])
async def test_a_clients_text_is_text_and_never_a_question(
    office: Office, client: httpx.AsyncClient, text: str
) -> None:
    mia = await office.put("clients", client_name="Mia Tran")
    await office.put("client_sleep_chart", client_name=[mia])
    answer = await client.get("/api/contacts/sleep-chart", params={"clientName": text})
    assert (answer.status_code, answer.json()) == (200, [])
    odd = await office.put("clients", client_name=text)
    await office.put("client_sleep_chart", client_name=[odd], sleep_quality="Settled")
    (row,) = (await client.get("/api/contacts/sleep-chart", params={"clientName": text})).json()
    assert row["client"] == text


async def test_secrets_are_in_no_answer_and_in_no_error(office: Office, client: httpx.AsyncClient) -> None:
    ann = await office.put("all_contacts", first_name="Ann", status_of_contact="Active Contact", portal_pin="7391")
    for path in ("/api/contacts", f"/api/contacts/{ann}"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert "7391" not in answer.text
        assert "PIN" not in answer.text
    refused = await client.put(f"/api/contacts/{ann}", json={"extraFields": {"Portal PIN": "1"}})
    assert (refused.status_code, "7391" in refused.text) == (422, False)
    near = await client.put(f"/api/contacts/{ann}", json={"extraFields": {"Portal PI": "1"}})
    assert "Portal PIN" not in near.text


async def test_history_is_of_a_worker_or_of_a_client_not_of_both(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/contacts/history", params={"email": "ann@example.org", "clientName": "Mia"})
    assert answer.status_code == 422
    blank = await client.get("/api/contacts/history", params={"email": "", "name": " "})
    assert (blank.status_code, blank.json()["field"]) == (422, "email")


async def test_a_conversation_is_asked_for_by_a_number(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/contacts/conversations", params={"phone": "nobody"})).status_code == 422
    found = await client.get("/api/contacts/conversations", params={"phone": "0491 570 006"})
    assert found.json() == {"calls": [], "sms": []}


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("will", 403), ("olga", 501)])
def test_only_the_office_may_ask_and_without_records_it_is_told_so(staff: Staff, who: str, status: int) -> None:
    """Will is a support worker; this deployment has no store of records."""
    headers = {} if who == "nobody" else staff.headers("will@titus.example" if who == "will" else "olga@titus.example")
    for path, params in READS.items():
        answer = staff.client.get(path, params=params, headers=headers)
        assert (path, answer.status_code) == (path, status)
    for asked, body in WRITES.items():
        method, path = asked.split()
        assert (asked, staff.client.request(method, path, json=body, headers=headers).status_code) == (asked, status)


def test_the_reference_tells_the_keys_of_answers(staff: Staff) -> None:
    document = staff.client.get("/schema/openapi.json").json()
    schemas = document["components"]["schemas"]
    named = {name.rpartition("_")[2]: schema for name, schema in schemas.items()}
    assert {"tfnSleepover", "allFields", "signingEmail"} <= named["Contact"]["properties"].keys()
    assert {"from", "to", "kmsRaw"} <= named["Kilometres"]["properties"].keys()
    for path in ("/api/contacts", "/api/clients/details", "/api/contacts/behaviours"):
        operation = document["paths"][path]["get"]
        assert operation["description"]
        assert "schema" in operation["responses"]["200"]["content"]["application/json"]


@pytest.mark.parametrize("body", [{"records": False}, {"records": []}, {"records": [{"fields": 1}]}, {"fields": []}])
async def test_a_body_field_that_is_called_like_a_part_of_ours_is_the_clients_fault(
    client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await client.post("/api/records/clients", json=body)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (400, "malformed")
    assert answer.json()["field"].startswith(next(iter(body)))

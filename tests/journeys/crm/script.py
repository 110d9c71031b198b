"""A day of the office in today's web client: contacts, notes, incidents, charts, clients and their budgets, on the 31
tables. What it is told must not depend on the store behind."""

from __future__ import annotations

from typing import Any

import httpx

from tests.journeys.records.script import Told as PlainTold

CONTACTS, CLIENTS, RECORDS = "/api/contacts", "/api/clients", "/api/records"


class Told(PlainTold):
    """Links to files are signed, and no two are alike."""

    def _equal(self, told: Any, key: str = "") -> Any:
        return told is not None if key == "thumbnailUrl" else super()._equal(told, key)


class Office:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.told = Told()

    async def get(self, path: str, **params: str) -> Any:
        return await self.told.of(self.client.get(path, params=params))

    async def post(self, path: str, key: str = "", **body: Any) -> Any:
        return await self.told.of(self.client.post(path, json=body, headers={"idempotency-key": key} if key else {}))

    async def add(self, table: str, **fields: Any) -> str:
        made = await self.client.post(f"{RECORDS}/{table}", json={"fields": fields})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def status(self) -> int:
        return int(self.told.all[-1][0])


async def play(client: httpx.AsyncClient) -> list[Any]:
    """Everything that was answered, without what no two runs share."""
    office = Office(client)
    ann, cora = await _contacts(office)
    mia = await _clients(office, cora)
    await _notes(office, ann, mia)
    await _charts(office, ann, mia)
    await _money(office, ann, mia)
    await _missing(office)
    await office.told.of(office.client.delete(f"{CONTACTS}/{ann}"))
    await office.get(f"{CONTACTS}/{ann}")
    return office.told.all


async def _contacts(office: Office) -> tuple[str, str]:
    ann = {
        "firstName": "Ann",
        "lastName": "Lee",
        "phone": "0491 570 006",
        "email": "ann@example.org",
        "contactType": "Employee",
        "statusOfContact": "Active",
        "state": "QLD",
        "gender": "",
        "linkedToClient": [],
        "extraFields": {"Job Title": "Support worker"},
    }
    made = await office.post(CONTACTS, "ann once", **ann)
    again = await office.post(CONTACTS, "ann once", **ann)
    assert made["success"] is True
    assert made["record"]["id"] == again["record"]["id"]
    cora = await office.post(CONTACTS, name="Cora Lind", contactType="Support Coordinator", statusOfContact="Active")
    await office.post(CONTACTS, firstName="Old", statusOfContact="Inactive")
    for refused in (
        {"firstName": "Bo", "favouriteColour": "blue"},
        {"firstName": "Bo", "gender": "male"},
        {"firstName": "Bo", "statusOfContact": "active"},
        {"phone": "0491 570 156"},
    ):
        await office.post(CONTACTS, **refused)
        assert await office.status() == 422
    ident = made["record"]["id"]
    tag = (await office.client.get(f"{CONTACTS}/{ident}")).headers["etag"]
    change = {"jobAppliedFor": "", "phone": "", "stageInRecruitment": "Active", "lastName": "Lee-Park"}
    for _ in range(2):
        await office.told.of(office.client.put(f"{CONTACTS}/{ident}", json=change, headers={"if-match": tag}))
    assert await office.status() == 412
    await office.told.of(office.client.put(f"{CONTACTS}/{ident}", json={"abnEntityName": "Lee Pty"}))
    assert await office.status() == 422
    await office.get(f"{CONTACTS}/{ident}")
    return ident, cora["record"]["id"]


async def _clients(office: Office, cora: str) -> str:
    account = "Account Type: Active or Inactive or Propsect"
    mia = await office.add(
        "clients",
        **{
            "Client Name": "Mia Tran",
            account: "Active",
            "SIL or CAS?": "SIL",
            "NDIS Number": "430 000 011",
            "Date of Birth": "1990-03-01",
            "Mobile": "0491 570 157",
            "Support Coordinator Link": [cora],
            "NDIS Supports\nPlan & Accommodation decisions": "Self",
        },
    )
    await office.add("clients", **{"Client Name": "Joy Tran", account: "Prospect"})
    await office.add("clients", **{"Client Name": "Left Tran", account: "Inactive"})
    twins = [await office.add("clients", **{"Client Name": "Twin Tran", account: "Inactive"}) for _ in range(2)]
    names = [one["name"] for one in await office.get(CONTACTS)]
    assert names == ["Ann Lee-Park", "Cora Lind", "Joy Tran", "Mia Tran"]
    await office.get(CONTACTS, type="ndis client (prospect)")
    await office.get(CLIENTS)
    await office.get(f"{CLIENTS}/ndis")
    details = await office.get(f"{CLIENTS}/details", name="mia tran")
    assert (details["supportCoordinator"], details["airtableId"]) == ("Cora Lind", mia)
    assert await office.get("/api/client-details", name="mia tran") == details
    await office.get(f"{CLIENTS}/details", name="Nobody")
    await office.get(f"{CLIENTS}/details", name="Twin Tran")
    assert await office.status() == 422
    await office.get(f"{CLIENTS}/details", clientId=twins[1])
    assert await office.status() == 200
    await office.get(f"{CLIENTS}/details")
    await office.add("supportPlans", planItem="Cooking", goal="Dinner", **{"Client Name": [mia]})
    plan = await office.get(f"{CLIENTS}/support-plan", name="Mia Tran")
    assert plan["stakeholders"]["supportCoordinator"]["name"] == "Cora Lind"
    event = {"Event Name": "GP", "Start Date & Time": "2026-12-01T09:00:00+10:00", "Client Name": [mia]}
    await office.add("clientCalendar", **event)
    await office.get(f"{CLIENTS}/calendar", name="Mia Tran")
    return mia


async def _notes(office: Office, ann: str, mia: str) -> None:
    note = {
        "startDate": "2026-11-30T09:00",
        "endDate": "2026-11-30T11:00",
        "progressNote": "Walked to the river",
        "transport": "Worker vehicle",
        "kms": "12.5",
        "clientId": mia,
        "employeeId": ann,
    }
    made = await office.post(f"{CONTACTS}/progress-notes", "note once", **note)
    assert made["record"]["kms"] == 12.5
    await office.post(f"{CONTACTS}/progress-notes", "note once", **note)
    await office.post(f"{CONTACTS}/progress-notes", **note | {"mood": "good"})
    assert await office.status() == 422
    attached = office.client.post(
        f"{RECORDS}/progressNotes/{made['record']['id']}/attachments/attachments",
        params={"filename": "river.jpg"},
        content=b"a river",
        headers={"content-type": "image/jpeg"},
    )
    assert (await attached).status_code == 201
    notes = await office.get(f"{CONTACTS}/progress-notes", clientName="Mia Tran")
    assert len(notes) == 1
    assert (await office.client.get(notes[0]["files"][0]["url"])).content == b"a river"
    assert await office.get(f"{CONTACTS}/progress-notes", email="ANN@example.org") == notes
    await office.get(f"{CONTACTS}/progress-notes", email="ann@example.org", clientName="Joy Tran")
    await office.get(f"{CONTACTS}/progress-notes")
    await office.get(f"{CONTACTS}/kms", email="ann@example.org")
    incident: dict[str, Any] = {
        "dateTime": "2026-11-30T09:00",
        "categories": ["Serious injury"],
        "severity": "Minor",
        "reportable": "Unsure",
        "description": "Somebody slipped",
        "status": "Draft",
        "clientId": mia,
        "reporterId": ann,
    }
    await office.post(f"{CONTACTS}/incidents", **incident)
    assert await office.status() == 200
    await office.get(f"{CONTACTS}/incidents", clientName="Mia Tran")
    await office.get(f"{CONTACTS}/incidents", email="ann@example.org")
    talk = {"Date & Time of Contact": "2026-11-30T09:00:00+10:00", "Summary": "Roster", "Method of Contact": "SMS"}
    await office.add("employeeContactHistory", **talk, employee=[ann])
    await office.add("clientContactHistory", **talk, **{"Client Name": [mia], "Contact Made By": [ann]})
    for whose in ({"name": "Ann Lee-Park"}, {"email": "ann@example.org"}, {"clientName": "Mia Tran"}, {}):
        await office.get(f"{CONTACTS}/history", **whose)


async def _charts(office: Office, ann: str, mia: str) -> None:
    entries: dict[str, tuple[str, dict[str, Any]]] = {
        "sleep-chart": ("clientSleepChart", {"Sleep Date": "2026-11-29", "Sleep Quality": "Broken"}),
        "bowel-chart": ("bowelChart", {"Type of Bowel Movement": "Type 4", "Size of Bowel Movement": "Small"}),
        "fluid-intake": ("fluidIntakeDiary", {"Amount in mL": 250, "Type of Fluid": "Water"}),
        "consumables": ("clientConsumables", {"Supply Item": "Gloves", "Qty Ordered": 4}),
        "behaviours": ("qrCodeDataBehaviours", {"Behaviours (Verbal)": ["Yelling", "Crying"]}),
    }
    for path, (table, cells) in entries.items():
        staff = {} if path == "consumables" else {"Staff": [ann]}
        await office.add(table, **cells, **staff, **{"Client Name": [mia]})
        assert len(await office.get(f"{CONTACTS}/{path}", clientName="Mia Tran")) == 1
        assert await office.get(f"{CONTACTS}/{path}", clientName="Joy Tran") == []
        await office.get(f"{CONTACTS}/{path}", clientName=" ")
        assert await office.status() == 422


async def _money(office: Office, ann: str, mia: str) -> None:
    await office.post(f"{CLIENTS}/budgets", clientName="Mia Tran", invoiceAmount=100.5, fromWhichBudget="SIL")
    await office.post(f"{CLIENTS}/budgets", invoiceAmount=1)
    await office.get(f"{CLIENTS}/budgets")
    await office.get(f"{CLIENTS}/budgets", name="Mia Tran")
    shift = {"Start Shift": "2026-11-30T09:00:00+10:00", "Staff Name": [ann], "Client Name": [mia]}
    await office.add("rosters2025", **shift)
    shifts = await office.get(f"{CLIENTS}/budgets/shifts", name="Mia Tran")
    assert (shifts["total"], shifts["weeklyBurn"][0]["weekStart"]) == (1, "2026-11-30")


async def _missing(office: Office) -> None:
    """What these 31 tables do not have, and what is not built: said, never an empty list."""
    for path, params in {
        f"{CLIENTS}/tasks": {"name": "Mia Tran"},
        f"{CLIENTS}/docs": {"clientName": "Mia Tran"},
        f"{CONTACTS}/distance": {"from": "here", "to": "there"},
        f"{CONTACTS}/debug-fields": {},
        f"{CONTACTS}/search": {},
        f"{CONTACTS}/staff-availability": {},
    }.items():
        answer = await office.get(path, **params)
        assert await office.status() == 501
        assert answer["error"]
    await office.post(f"{CLIENTS}/docs/upload", clientName="Mia Tran", docType="Plan")
    await office.post(f"{CLIENTS}/budgets/scan-sos", text="a schedule of twenty letters and more")
    assert await office.status() == 501
    talks = await office.get(f"{CONTACTS}/conversations", phone="0491 570 006")
    assert talks == {"calls": [], "sms": []}

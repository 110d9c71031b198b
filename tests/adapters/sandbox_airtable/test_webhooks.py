"""Webhooks: pings that are signed, coalesced and retried, and payloads that are kept for a week."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.adapters.elevenlabs.stage import Ear
from tests.adapters.sandbox_airtable.stage import Stage, staged
from titus_adapters.sandbox.airtable.hooks.pings import RETRIES
from titus_adapters.sandbox.airtable.hooks.weather import (
    Delay,
    Drop,
    Duplicate,
    Lose,
    PingFault,
    Refuse,
    Rule,
    Unsigned,
    Weather,
    WrongMac,
)
from titus_adapters.sandbox.airtable.switches import Switches
from titus_adapters.sandbox.twilio.engine.wire import wire_to

DAY = 86_400.0
DATA = {"options": {"filters": {"dataTypes": ["tableData"]}}}


class Listener:
    """`stage` with an ear for pings at titus.test."""

    def __init__(self, stage: Stage, ear: Ear) -> None:
        self.stage, self.ear = stage, ear
        self.path = f"/v0/bases/{stage.base.id}/webhooks"
        self.secret = b""

    async def listen(self, specification: Any = DATA, **more: Any) -> str:
        """A new webhook's id."""
        sent = {"notificationUrl": "https://titus.test/airtable", "specification": specification} | more
        status, made = await self.stage.ask("POST", self.path, json=sent)
        assert status == 200, made
        self.secret = base64.b64decode(made["macSecretBase64"])
        return str(made["id"])

    async def payloads(self, hook_id: str, **params: Any) -> list[Any]:
        told: list[Any] = (await self.stage.get(f"{self.path}/{hook_id}/payloads", **params))["payloads"]
        return told

    async def changes(self, hook_id: str) -> list[dict[str, Any]]:
        """What changed in the tables, payload by payload."""
        return [payload.get("changedTablesById", {}) for payload in await self.payloads(hook_id)]

    async def shown(self, hook_id: str) -> dict[str, Any]:
        listed = (await self.stage.get(self.path))["webhooks"]
        return next(one for one in listed if one["id"] == hook_id)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    ear = Ear()
    async with staged(wire=wire_to({"titus.test": ear})) as stage:
        yield Listener(stage, ear)


def options(**filters: Any) -> dict[str, Any]:
    includes = {key: filters.pop(key) for key in list(filters) if key.startswith("include")}
    return {"options": {"filters": {"dataTypes": ["tableData"]} | filters, "includes": includes}}


async def test_a_ping_is_thin_and_signed_over_its_bytes(listener: Listener) -> None:
    hook_id = await listener.listen()
    await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.airtable.run_until_idle()
    (heard,) = listener.ear.heard
    assert heard.json == {
        "base": {"id": listener.stage.base.id},
        "webhook": {"id": hook_id},
        "timestamp": "2026-11-23T01:00:01.000Z",
    }
    expected = hmac.new(listener.secret, heard.body, "sha256").hexdigest()
    assert heard.headers["x-airtable-content-mac"] == f"hmac-sha256={expected}"
    shown = await listener.shown(hook_id)
    assert shown["lastNotificationResult"]["success"] is True
    assert (shown["cursorForNextPayload"], shown["areNotificationsEnabled"]) == (2, True)


async def test_changes_of_a_moment_are_told_by_one_ping(listener: Listener) -> None:
    hook_id = await listener.listen()
    for _ in range(5):
        await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.airtable.run_until_idle()
    assert len(listener.ear.heard) == 1
    assert len(await listener.payloads(hook_id)) == 5


async def test_without_an_address_payloads_are_there_to_be_asked_for(listener: Listener) -> None:
    hook_id = await listener.listen(notificationUrl=None)
    await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.airtable.run_until_idle()
    assert (listener.ear.heard, len(await listener.payloads(hook_id))) == ([], 1)


async def test_created_changed_and_destroyed_records_are_told_in_version_two(listener: Listener) -> None:
    hook_id = await listener.listen(options(includePreviousCellValues=True))
    (ada,) = await listener.stage.create("Clients", {"Name": "Ada", "Status": "Active"})
    await listener.stage.ask("PATCH", f"Clients/{ada['id']}", json={"fields": {"Status": "Exited", "Name": None}})
    await listener.stage.ask("DELETE", f"Clients/{ada['id']}")
    created, changed, destroyed = [told["tblClients0000000"] for told in await listener.changes(hook_id)]
    cells = created["createdRecordsById"][ada["id"]]["cellValuesByFieldId"]
    assert cells["fldStatus00000000"] == {"id": "selActive00000000", "name": "Active", "color": "greenLight2"}
    told = changed["changedRecordsById"][ada["id"]]
    current, previous = told["current"]["cellValuesByFieldId"], told["previous"]["cellValuesByFieldId"]
    assert (current["fldName0000000000"], previous["fldName0000000000"]) == (None, "Ada")
    assert current["fldStatus00000000"]["name"] == "Exited"
    assert destroyed == {"destroyedRecordIds": [ada["id"]]}


async def test_a_payload_says_who_did_it_and_how(listener: Listener) -> None:
    hook_id = await listener.listen()
    listener.stage.base.create("Clients", {"Name": "Ada"})
    await listener.stage.create("Clients", {"Name": "Ben"})
    person, program = await listener.payloads(hook_id)
    assert person["actionMetadata"] == {
        "source": "client",
        "sourceMetadata": {
            "user": {
                "id": "usrAliceSupport00",
                "email": "alice@example.org.au",
                "name": "Alice Support",
                "permissionLevel": "edit",
            }
        },
    }
    assert program["actionMetadata"]["source"] == "publicApi"
    assert program["baseTransactionNumber"] == person["baseTransactionNumber"] + 1
    assert {person["payloadFormat"], program["payloadFormat"]} == {"v0"}


async def test_the_other_side_of_links_and_what_is_calculated_are_told_too(listener: Listener) -> None:
    (ada,) = await listener.stage.create("Clients", {"Name": "Ada"})
    (note,) = await listener.stage.create("Notes", {"Hours": 2})
    hook_id = await listener.listen(options(includePreviousCellValues=True))
    await listener.stage.ask("PATCH", f"Notes/{note['id']}", json={"fields": {"Client": [ada["id"]]}})
    (told,) = await listener.changes(hook_id)
    client = told["tblClients0000000"]["changedRecordsById"][ada["id"]]
    assert client["current"]["cellValuesByFieldId"] == {
        "fldNotes000000000": [{"id": note["id"], "name": "Note for Ada"}],
        "fldHours000000000": 2,
    }
    assert client["previous"]["cellValuesByFieldId"] == {"fldNotes000000000": None, "fldHours000000000": 0}
    changed = told["tblNotes000000000"]["changedRecordsById"][note["id"]]["current"]["cellValuesByFieldId"]
    assert changed["fldTitle000000000"] == "Note for Ada"


async def test_what_is_only_calculated_is_not_told_if_the_switch_says_so(listener: Listener) -> None:
    (ada,) = await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.create("Notes", {"Client": [ada["id"]]})
    listener.stage.airtable.set_switches(Switches(recomputed_in_payloads=False))
    hook_id = await listener.listen()
    await listener.stage.ask("PATCH", f"Clients/{ada['id']}", json={"fields": {"Name": "Eve"}})
    (told,) = await listener.changes(hook_id)
    assert told.keys() == {"tblClients0000000"}


FILTERS: list[tuple[Any, list[str]]] = [
    (options(recordChangeScope="tblNotes000000000"), ["Notes add"]),
    (options(changeTypes=["remove"]), ["Clients remove"]),
    (options(changeTypes=["update"]), ["Clients update"]),
    (options(fromSources=["client"]), ["Clients update"]),
    (options(watchDataInFieldIds=["fldBudget00000000"]), ["Clients add", "Notes add", "Clients remove"]),
    (options(dataTypes=["tableFields"]), []),
]


@pytest.mark.parametrize(("specification", "told"), FILTERS)
async def test_a_specification_says_what_is_told(listener: Listener, specification: Any, told: list[str]) -> None:
    stage = listener.stage
    hook_id = await listener.listen(specification)
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    await stage.create("Notes", {"Text": "x"})
    stage.base.update("Clients", ada["id"], {"Name": "Eve"})
    await stage.ask("DELETE", f"Clients/{ada['id']}")
    names = {"tblClients0000000": "Clients", "tblNotes000000000": "Notes"}
    kinds = {"createdRecordsById": "add", "changedRecordsById": "update", "destroyedRecordIds": "remove"}
    changes = await listener.changes(hook_id)
    assert [f"{names[table]} {kinds[kind]}" for change in changes for table in change for kind in change[table]] == told


async def test_other_cells_may_be_told_along(listener: Listener) -> None:
    (ada,) = await listener.stage.create("Clients", {"Name": "Ada", "Budget": 5})
    some = await listener.listen(options(includeCellValuesInFieldIds=["fldBudget00000000"]))
    everything = await listener.listen(options(includeCellValuesInFieldIds="all"))
    await listener.stage.ask("PATCH", f"Clients/{ada['id']}", json={"fields": {"Name": "Eve"}})
    for hook_id, fields in ((some, {"fldBudget00000000"}), (everything, {"fldBudget00000000", "fldNumber00000000"})):
        (told,) = await listener.changes(hook_id)
        record = told["tblClients0000000"]["changedRecordsById"][ada["id"]]
        assert fields <= record["unchanged"]["cellValuesByFieldId"].keys()


async def test_a_view_tells_of_records_that_come_change_and_leave(listener: Listener) -> None:
    stage = listener.stage
    view = stage.base.view("Clients", "Active", formula="{Status}='Active'")
    hook_id = await listener.listen(options(recordChangeScope=view.id))
    (ada,) = await stage.create("Clients", {"Name": "Ada"})
    for fields in ({"Status": "Active"}, {"Name": "Eve"}, {"Status": "Exited"}, {"Name": "Zoe"}, {"Status": "Active"}):
        await stage.ask("PATCH", f"Clients/{ada['id']}", json={"fields": fields})
    await stage.ask("DELETE", f"Clients/{ada['id']}")
    told = [change["tblClients0000000"]["changedViewsById"][view.id] for change in await listener.changes(hook_id)]
    kinds = [list(one) for one in told]
    assert kinds == [
        ["createdRecordsById"],
        ["changedRecordsById"],
        ["destroyedRecordIds"],
        ["createdRecordsById"],
        ["destroyedRecordIds"],
    ]


async def test_fields_and_tables_that_come_change_and_go_are_told(listener: Listener) -> None:
    stage = listener.stage
    includes = {"includePreviousFieldDefinitions": True}
    hook_id = await listener.listen(options(dataTypes=["tableFields", "tableMetadata"], **includes))
    new = stage.base.add_field("Clients", "New", "singleLineText")
    stage.base.rename_field("Clients", "New", "Newer")
    stage.base.remove_field("Clients", "Newer")
    path = f"/v0/meta/bases/{stage.base.id}/tables"
    await stage.ask("PATCH", f"{path}/Clients", json={"name": "People"})
    table = {"name": "Courses", "fields": [{"name": "Course", "type": "singleLineText"}]}
    _, made = await stage.ask("POST", path, json=table)
    stage.base.remove_table("Courses")
    told = await listener.payloads(hook_id)
    fields = [payload["changedTablesById"]["tblClients0000000"] for payload in told[:4]]
    assert fields[0]["createdFieldsById"][new] == {"name": "New", "type": "singleLineText"}
    assert fields[1]["changedFieldsById"][new]["previous"]["name"] == "New"
    assert fields[2]["destroyedFieldIds"] == [new]
    assert fields[3]["changedMetadata"]["current"]["name"] == "People"
    assert told[4]["createdTablesById"][made["id"]]["metadata"]["name"] == "Courses"
    assert told[5]["destroyedTableIds"] == [made["id"]]


@pytest.mark.parametrize(("how", "pieces"), [("never", 1), ("by_table", 2), ("by_record", 3)])
async def test_one_action_may_come_in_pieces_with_one_number(listener: Listener, how: Any, pieces: int) -> None:
    (ada,) = await listener.stage.create("Clients", {"Name": "Ada"})
    listener.stage.airtable.set_switches(Switches(split_payloads=how))
    hook_id = await listener.listen()
    await listener.stage.create("Notes", {"Client": [ada["id"]]}, {"Client": [ada["id"]]})
    told = await listener.payloads(hook_id)
    assert len(told) == pieces
    assert len({payload["baseTransactionNumber"] for payload in told}) == 1


async def test_payloads_come_fifty_at_a_time(listener: Listener) -> None:
    hook_id = await listener.listen()
    for _ in range(60):
        await listener.stage.create("Clients", {"Name": "Ada"})
    path = f"{listener.path}/{hook_id}/payloads"
    first = await listener.stage.get(path)
    assert (len(first["payloads"]), first["cursor"], first["mightHaveMore"]) == (50, 51, True)
    rest = await listener.stage.get(path, cursor=51)
    assert (len(rest["payloads"]), rest["cursor"], rest["mightHaveMore"]) == (10, 61, False)
    none = await listener.stage.get(path, cursor=61)
    assert (none["payloads"], none["cursor"], none["mightHaveMore"]) == ([], 61, False)
    for wrong in ("cursor=0", "cursor=62", "cursor=x", "limit=51", "limit=0"):
        assert (await listener.stage.refused("GET", f"{path}?{wrong}"))[0] == 422


async def test_a_ping_that_fails_is_tried_again_for_about_a_day_and_then_given_up(listener: Listener) -> None:
    hook_id = await listener.listen()
    listener.ear.statuses = [500] * 100
    await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.airtable.run_until_idle(2 * DAY)
    assert len(listener.ear.heard) == RETRIES + 1
    pings = listener.stage.airtable.pings
    assert 0.8 * DAY < pings[-1].at - pings[0].at < 1.2 * DAY
    shown = await listener.shown(hook_id)
    assert shown["areNotificationsEnabled"] is False
    assert shown["lastNotificationResult"]["willBeRetried"] is False
    await listener.stage.create("Clients", {"Name": "Ben"})
    await listener.stage.airtable.run_until_idle()
    assert (len(listener.ear.heard), len(await listener.payloads(hook_id))) == (RETRIES + 1, 2)
    listener.ear.statuses = []
    enable = f"{listener.path}/{hook_id}/enableNotifications"
    assert (await listener.stage.ask("POST", enable, json={"enable": True}))[0] == 200
    await listener.stage.airtable.run_until_idle()
    assert len(listener.ear.heard) == RETRIES + 2


async def test_news_during_a_retry_is_told_after_it(listener: Listener) -> None:
    await listener.listen()
    listener.ear.statuses = [500, 500]
    await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.airtable.run_for(15)
    await listener.stage.create("Clients", {"Name": "Ben"})
    await listener.stage.airtable.run_until_idle()
    assert [ping.status for ping in listener.stage.airtable.pings] == [500, 500, 200, 200]


async def test_notifications_are_switched_off_while_payloads_go_on(listener: Listener) -> None:
    hook_id = await listener.listen()
    path = f"{listener.path}/{hook_id}/enableNotifications"
    assert await listener.stage.ask("POST", path, json={"enable": False}) == (200, None)
    await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.airtable.run_until_idle()
    assert (listener.ear.heard, len(await listener.payloads(hook_id))) == ([], 1)
    assert (await listener.stage.refused("POST", path, json={}))[0] == 422


WEATHERS: list[tuple[PingFault, list[int]]] = [
    (Drop(), []),
    (Duplicate(), [200, 200]),
    (Delay(30), [200]),
    (WrongMac(), [200]),
    (Unsigned(), [200]),
    (Refuse(502), [502, 200]),
    (Lose(), [0, 200]),
]


@pytest.mark.parametrize(("fault", "statuses"), WEATHERS, ids=lambda one: type(one).__name__)
async def test_the_weather_happens_to_pings(listener: Listener, fault: PingFault, statuses: list[int]) -> None:
    listener.stage.airtable.set_weather(Weather(Rule(fault=fault, times=1)))
    await listener.listen()
    await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.airtable.run_until_idle()
    pings = listener.stage.airtable.pings
    assert [ping.status for ping in pings] == statuses
    if isinstance(fault, (WrongMac, Unsigned)):
        expected = f"hmac-sha256={hmac.new(listener.secret, pings[0].body, 'sha256').hexdigest()}"
        assert pings[0].headers.get("X-Airtable-Content-MAC") != expected
    if isinstance(fault, Duplicate):
        assert pings[0].body == pings[1].body


async def test_weather_may_be_rare() -> None:
    weather = Weather(Rule(fault=Drop(), probability=0.5), seed=3)
    struck = sum(bool(weather.on_ping()) for _ in range(1000))
    assert 400 < struck < 600


async def test_a_webhook_lives_a_week_and_its_payloads_one_more(listener: Listener) -> None:
    stage = listener.stage
    hook_id = await listener.listen()
    await stage.airtable.run_for(5 * DAY)
    await stage.create("Clients", {"Name": "Ada"})
    await stage.airtable.run_for(2 * DAY + 1)
    await stage.create("Clients", {"Name": "Ben"})  # nobody is told any more
    shown = await listener.shown(hook_id)
    assert (shown["isHookEnabled"], shown["cursorForNextPayload"]) == (False, 2)
    assert len(await listener.payloads(hook_id)) == 1
    assert (await stage.refused("POST", f"{listener.path}/{hook_id}/refresh"))[0] == 422
    await stage.airtable.run_for(7 * DAY)
    assert (await stage.get(listener.path))["webhooks"] == []


async def test_refreshing_it_or_asking_for_payloads_keeps_it_alive(listener: Listener) -> None:
    hook_id = await listener.listen()
    await listener.stage.airtable.run_for(6 * DAY)
    _, refreshed = await listener.stage.ask("POST", f"{listener.path}/{hook_id}/refresh")
    assert refreshed == {"expirationTime": "2026-12-06T01:00:00.000Z"}
    await listener.stage.airtable.run_for(6 * DAY)
    await listener.payloads(hook_id)
    await listener.stage.airtable.run_for(6 * DAY)
    assert (await listener.shown(hook_id))["isHookEnabled"] is True


async def test_payloads_are_pruned_after_a_week_and_their_numbers_stay_used(listener: Listener) -> None:
    hook_id = await listener.listen()
    await listener.stage.create("Clients", {"Name": "Ada"})
    await listener.stage.airtable.run_for(4 * DAY)
    await listener.payloads(hook_id)
    await listener.stage.create("Clients", {"Name": "Ben"})
    await listener.stage.airtable.run_for(3 * DAY)
    page = await listener.stage.get(f"{listener.path}/{hook_id}/payloads")
    assert (len(page["payloads"]), page["cursor"]) == (1, 3)


@pytest.mark.parametrize(
    ("specification", "code"),
    [
        (options(recordChangeScope="tblNotes000000000"), "INVALID_FILTERS"),
        (options(watchDataInFieldIds=["fldNoteHours00000"]), "INVALID_FILTERS"),
        (options(includeCellValuesInFieldIds=["fldNoteHours00000"]), "INVALID_HOOK"),
    ],
)
async def test_a_webhook_dies_of_what_it_names_being_gone(listener: Listener, specification: Any, code: str) -> None:
    hook_id = await listener.listen(specification)
    listener.stage.base.remove_table("Notes")
    await listener.stage.create("Clients", {"Name": "Ada"})
    (told,) = await listener.payloads(hook_id)
    assert (told["error"], told["code"]) == (True, code)
    assert (await listener.shown(hook_id))["isHookEnabled"] is False
    renewed = {"specification": specification}
    assert (await listener.stage.refused("POST", listener.path, json=renewed))[:2] == (422, code)


async def test_a_base_has_ten_webhooks_and_an_integration_two_of_its_own(listener: Listener) -> None:
    stage = listener.stage
    integration = stage.airtable.token(oauth=True)
    headers = {"authorization": f"Bearer {integration}"}
    mine = {"json": {"specification": DATA}, "headers": headers}
    for _ in range(2):
        assert (await stage.ask("POST", listener.path, **mine))[0] == 200
    assert (await stage.refused("POST", listener.path, **mine))[1] == "TOO_MANY_WEBHOOKS_BY_OAUTH_INTEGRATION_IN_BASE"
    ids = [await listener.listen() for _ in range(8)]
    refused = await stage.refused("POST", listener.path, json={"specification": DATA})
    assert refused[:2] == (422, "TOO_MANY_WEBHOOKS_IN_BASE")
    _, seen = await stage.ask("GET", listener.path, headers=headers)
    assert len(seen["webhooks"]) == 2
    assert (await stage.refused("DELETE", f"{listener.path}/{ids[0]}", headers=headers))[0] == 403
    for hook_id in ids:
        assert await stage.ask("DELETE", f"{listener.path}/{hook_id}") == (200, None)
    assert len((await stage.get(listener.path))["webhooks"]) == 2


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"specification": {"options": {}}},
        {"specification": {"options": {"filters": {"dataTypes": []}}}},
        {"specification": {"options": {"filters": {"dataTypes": ["weather"]}}}},
        {"specification": options(recordChangeScope="tblNowhere0000000")},
        {"specification": DATA, "notificationUrl": "not an address"},
    ],
)
async def test_a_webhook_that_makes_no_sense_is_refused(listener: Listener, sent: Any) -> None:
    assert (await listener.stage.refused("POST", listener.path, json=sent))[0] == 422


@pytest.mark.parametrize(
    ("kinds", "scope"), [(["tableData"], "data.records:read"), (["tableFields"], "schema.bases:read")]
)
async def test_what_is_told_needs_the_scope_to_read_it(listener: Listener, kinds: list[str], scope: str) -> None:
    stage = listener.stage
    token = stage.airtable.token(scopes=frozenset({"webhook:manage"}))
    headers = {"authorization": f"Bearer {token}"}
    sent = {"specification": options(dataTypes=kinds)}
    assert (await stage.refused("POST", listener.path, json=sent, headers=headers))[0] == 403
    enough = stage.airtable.token(scopes=frozenset({"webhook:manage", scope}))
    headers = {"authorization": f"Bearer {enough}"}
    assert (await stage.ask("POST", listener.path, json=sent, headers=headers))[0] == 200


async def test_payloads_can_be_written_as_json(listener: Listener) -> None:
    hook_id = await listener.listen(options(includeCellValuesInFieldIds="all"))
    (note,) = await listener.stage.create("Notes", {"At": "2026-02-26T00:00:00.000Z"})
    listener.stage.base.attach("Notes", note["id"], "Files", "a.txt", b"x")
    assert json.dumps(await listener.payloads(hook_id)).count("a.txt") >= 1

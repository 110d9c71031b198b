"""Callbacks over HTTP: who waits, who has taken them on, and what became of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.staff_app import Staff, at_once
from titus_adapters.memory.clock import NOON
from titus_core.callbacks.model import Callback
from titus_core.kernel.ids import CallId, GroupId
from titus_core.kernel.phone import PhoneNumber

CALLBACKS = "/api/voice/callbacks"
FIRST, SECOND = CallId("CA" + "1" * 32), CallId("CA" + "2" * 32)


@pytest.fixture(autouse=True)
def _two_wait(staff: Staff) -> None:
    async def owe(tx: Any, call_id: CallId) -> None:
        callback = Callback(
            call_id=call_id,
            caller=PhoneNumber("+61491570156"),
            from_number="+61491570156",
            to_number="+61255500001",
            outcome="voicemail",
            called_at=NOON,
            owed_at=NOON,
            group_id=GroupId(1),
            group_name="Intake",
            participant="Mia Chen",
        )
        tx.callbacks.save(callback)

    for call_id in (FIRST, SECOND):
        at_once(staff.world.store.transact(owe, call_id))


def post(staff: Staff, what: str, body: object = None, **headers: str) -> Any:
    return staff.client.post(f"{CALLBACKS}/{FIRST}/{what}", headers=staff.olga | headers, json=body)


def test_who_waits_is_listed_page_by_page(staff: Staff) -> None:
    page = staff.client.get(CALLBACKS, headers=staff.olga, params={"limit": 1}).json()
    assert page["items"] == [
        {
            "callSid": FIRST,
            "state": "open",
            "caller": "+61491570156",
            "fromNumber": "+61491570156",
            "toNumber": "+61255500001",
            "participant": "Mia Chen",
            "contactId": None,
            "outcome": "voicemail",
            "groupId": 1,
            "groupName": "Intake",
            "calledAt": "2026-03-04T02:00:00Z",
            "owedAt": "2026-03-04T02:00:00Z",
            "claim": None,
            "attempts": [],
            "closing": None,
            "version": 1,
        }
    ]
    rest = staff.client.get(CALLBACKS, headers=staff.olga, params={"cursor": page["next"]}).json()
    assert ([one["callSid"] for one in rest["items"]], rest["next"]) == ([SECOND], None)


def test_an_attempt_told_twice_under_one_key_is_one_attempt(staff: Staff) -> None:
    body, key = {"result": "no_answer", "note": "rang out"}, {"Idempotency-Key": "k"}
    first = post(staff, "attempts", body, **key, **{"If-Match": '"1"'})
    again = post(staff, "attempts", body, **key, **{"If-Match": '"1"'})
    assert (again.status_code, again.json(), len(again.json()["attempts"])) == (201, first.json(), 1)
    assert post(staff, "attempts", {**body, "result": "reached"}, **key).status_code == 409
    assert len(post(staff, "attempts", body, **{"Idempotency-Key": "other"}).json()["attempts"]) == 2
    assert len(post(staff, "attempts", body, **{"Idempotency-Key": ""}).json()["attempts"]) == 3
    post(staff, "close", {"resolution": "reached"})
    assert post(staff, "attempts", body, **key).json()["state"] == "closed"


def test_one_is_claimed_attempted_and_closed(staff: Staff) -> None:
    claimed = post(staff, "claim")
    assert (claimed.status_code, claimed.headers["etag"]) == (200, '"2"')
    assert claimed.json()["claim"]["by"] == {"userId": 3, "name": "Olga Office"}
    rang = post(staff, "attempts", {"result": "no_answer", "note": "rang out"})
    assert rang.status_code == 201
    assert rang.json()["attempts"][0]["result"] == "no_answer"
    closed = post(staff, "close", {"resolution": "unreachable"})
    assert closed.json()["state"] == "closed"
    assert closed.json()["closing"]["resolution"] == "unreachable"
    shown = {
        which: [
            one["callSid"]
            for one in staff.client.get(CALLBACKS, headers=staff.olga, params={"state": which}).json()["items"]
        ]
        for which in ("due", "open", "claimed", "closed")
    }
    assert shown == {"due": [SECOND], "open": [SECOND], "claimed": [], "closed": [FIRST]}


def test_what_another_has_is_refused_by_name(staff: Staff) -> None:
    assert staff.client.post(f"{CALLBACKS}/{FIRST}/claim", headers=staff.sam).status_code == 200
    refused = post(staff, "claim")
    assert refused.status_code == 409
    assert (refused.json()["type"].rsplit("/", 1)[-1], refused.json()["by"]) == ("taken", 1)
    assert post(staff, "release").status_code == 409
    assert staff.client.post(f"{CALLBACKS}/{FIRST}/release", headers=staff.sam).json()["state"] == "open"


def test_an_old_version_is_refused(staff: Staff) -> None:
    post(staff, "claim")
    assert post(staff, "close", {"resolution": "reached"}, **{"If-Match": '"1"'}).status_code == 412
    assert post(staff, "close", {"resolution": "reached"}, **{"If-Match": '"2"'}).status_code == 200


def test_one_is_shown_with_its_version(staff: Staff) -> None:
    answer = staff.client.get(f"{CALLBACKS}/{FIRST}", headers=staff.olga)
    assert (answer.json()["callSid"], answer.headers["etag"]) == (FIRST, '"1"')
    assert staff.client.get(f"{CALLBACKS}/CA9", headers=staff.olga).status_code == 404


@pytest.mark.parametrize("body", [{}, {"resolution": "bored"}, {"resolution": "reached", "note": "x" * 2001}])
def test_a_closing_that_says_nothing_is_refused(staff: Staff, body: dict[str, str]) -> None:
    assert post(staff, "close", body).status_code == 400


def test_support_workers_see_no_callers(staff: Staff) -> None:
    assert staff.client.get(CALLBACKS, headers=staff.headers("will@titus.example")).status_code == 403

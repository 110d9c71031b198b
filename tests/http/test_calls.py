"""Calls over HTTP: the list, and the whole story of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.http.staff_app import Staff, at_once
from titus_core.calls.events import (
    CallArrived,
    CallReported,
    CallSettled,
    LegReported,
    MemberSkipped,
    WaveEnded,
    WaveOffered,
)
from titus_core.calls.history import AnyCallEvent, evolve
from titus_core.calls.model import Attempt, Call, CallStatus, Plan, VoicemailStage
from titus_core.calls.ports import CallTx
from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.model import Endpoint
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId, LegId, UserId
from titus_core.kernel.phone import PhoneNumber

CALLS = "/api/voice/calls"
CALLER = PhoneNumber("+61491570157")
LEGACY_KEYS = {
    *("id", "sid", "type", "from_number", "to_number", "participant", "status", "duration", "recording_url"),
    *("transcript", "summary", "created_at", "updated_at"),
}


def sid(number: int) -> CallId:
    return CallId(f"CA{number:032x}")


class Told:
    """Tells the store a call, event by event, a second apart."""

    def __init__(self, staff: Staff, number: int = 1, **arrival: Any) -> None:
        self.staff = staff
        self.id = sid(number)
        self.call: Call | None = None
        facts = {"from_number": CALLER, "to_number": "+61255500001", "caller": CALLER}
        plan = Plan((VoicemailStage(),), 180)
        self.then(CallArrived(call_id=self.id, plan=plan, **facts | arrival))

    def then(self, *events: AnyCallEvent) -> Told:
        for event in events:
            at = self.staff.world.clock.advance(1)
            after = evolve(self.call, event, at)
            at_once(self.staff.world.store.transact(_store, (after, event, at)))
            self.call = _with_version(after)
        return self

    def ended(self, status: CallStatus = CallStatus.COMPLETED, duration: int | None = 42) -> Told:
        return self.then(CallReported(call_id=self.id, status=status, duration=duration))


def _with_version(call: Call) -> Call:
    return msgspec.structs.replace(call, version=call.version + 1)


async def _store(tx: CallTx, told: tuple[Call, AnyCallEvent, datetime]) -> None:
    call, event, at = told
    tx.calls.save(call)
    tx.record(Envelope(f"call:{call.id}", at, TWILIO, event))


def hunted(staff: Staff) -> Told:
    """Olga was busy, Will did not answer, Sam did."""
    call = sid(1)

    def offered(wave: int, user: int, name: str) -> WaveOffered:
        attempt = Attempt(name, Endpoint.BROWSER, f"client:user_{user}", screened=False, user_id=UserId(user))
        return WaveOffered(call_id=call, wave=wave, stage=0, ring_seconds=20, attempts=(attempt,))

    return Told(staff).then(
        MemberSkipped(call_id=call, wave=1, stage=0, user_id=UserId(3), name="Olga Office", reason=Reason.BUSY),
        offered(1, 4, "Will Worker"),
        WaveEnded(call_id=call, wave=1, status=CallStatus.NO_ANSWER),
        offered(2, 1, "Sam Superadmin"),
        LegReported(
            call_id=call, leg_id=LegId("CAleg"), status=CallStatus.IN_PROGRESS, address="client:user_1", wave=2
        ),
    )


def test_the_story_of_a_call_names_everybody_who_was_rung_or_passed_by(staff: Staff) -> None:
    hunted(staff)
    body = staff.client.get(f"{CALLS}/{sid(1)}", headers=staff.olga).json()

    assert body["answeredBy"] == {"userId": 1, "name": "Sam Superadmin"}
    assert body["attempts"] == [
        {
            "wave": 1,
            "userId": 3,
            "name": "Olga Office",
            "endpoint": None,
            "result": "skipped",
            "reason": "busy",
            "ringSeconds": 0,
            "startedAt": "2026-03-04T02:00:02Z",
            "endedAt": "2026-03-04T02:00:02Z",
        },
        {
            "wave": 1,
            "userId": 4,
            "name": "Will Worker",
            "endpoint": "browser",
            "result": "no_answer",
            "reason": None,
            "ringSeconds": 20,
            "startedAt": "2026-03-04T02:00:03Z",
            "endedAt": "2026-03-04T02:00:04Z",
        },
        {
            "wave": 2,
            "userId": 1,
            "name": "Sam Superadmin",
            "endpoint": "browser",
            "result": "answered",
            "reason": None,
            "ringSeconds": 20,
            "startedAt": "2026-03-04T02:00:05Z",
            "endedAt": None,
        },
    ]


def test_a_live_call_has_no_outcome_and_an_ended_one_has(staff: Staff) -> None:
    told = hunted(staff)
    olga = staff.olga

    def story() -> dict[str, Any]:
        body: dict[str, Any] = staff.client.get(f"{CALLS}/{sid(1)}", headers=olga).json()
        return body

    assert (story()["outcome"], story()["settled"], story()["duration"]) == (None, False, None)
    told.ended()
    assert (story()["outcome"], story()["settled"], story()["duration"]) == ("answered", False, 42)
    told.then(CallSettled(call_id=told.id, outcome="answered"))
    assert (story()["outcome"], story()["settled"]) == ("answered", True)


def test_the_story_has_the_events_in_order(staff: Staff) -> None:
    hunted(staff)
    events = staff.client.get(f"{CALLS}/{sid(1)}", headers=staff.olga).json()["events"]

    assert [event["kind"] for event in events] == [
        "call.arrived",
        "call.member_skipped",
        "call.wave_offered",
        "call.wave_ended",
        "call.wave_offered",
        "call.leg_reported",
    ]
    assert events[1]["data"]["reason"] == "busy"
    assert events[0]["at"] == "2026-03-04T02:00:01Z"


def test_the_story_has_the_contract_s_keys(staff: Staff) -> None:
    hunted(staff)
    body = staff.client.get(f"{CALLS}/{sid(1)}", headers=staff.olga).json()
    assert set(body) == LEGACY_KEYS - {"id"} | {
        "outcome",
        "settled",
        "found_late",
        "answeredBy",
        "attempts",
        "recordings",
        "events",
    }
    assert (body["sid"], body["type"], body["from_number"]) == (sid(1), "inbound", CALLER)


def test_an_attempt_that_still_rings_has_no_result_and_one_that_the_caller_left_has(staff: Staff) -> None:
    attempt = Attempt("Will", Endpoint.PHONE, "+61491570156", screened=True, user_id=UserId(4))
    told = Told(staff).then(
        WaveOffered(call_id=sid(1), wave=1, stage=0, ring_seconds=20, attempts=(attempt,)),
    )
    olga = staff.olga
    (ringing,) = staff.client.get(f"{CALLS}/{sid(1)}", headers=olga).json()["attempts"]
    assert (ringing["result"], ringing["endedAt"]) == (None, None)

    told.ended()
    body = staff.client.get(f"{CALLS}/{sid(1)}", headers=olga).json()
    (left,) = body["attempts"]
    assert (left["result"], left["endedAt"], body["outcome"]) == (
        "caller_gone",
        "2026-03-04T02:00:03Z",
        "caller_hung_up",
    )


@pytest.mark.parametrize("unknown", ["CA" + "f" * 32, "x" * 65, "%00", "..%2f..%2fetc", "%ff"])
def test_an_unknown_call_is_404(staff: Staff, unknown: str) -> None:
    answer = staff.client.get(f"{CALLS}/{unknown}", headers=staff.olga)
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_without_parameters_the_list_is_today_s(staff: Staff) -> None:
    Told(staff, 1).ended()
    Told(staff, 2, from_number="anonymous", caller=None)
    rows = staff.client.get("/api/calls", headers=staff.olga).json()

    assert [row["sid"] for row in rows] == [sid(2), sid(1)]
    assert all(set(row) == LEGACY_KEYS for row in rows)
    assert rows[1] == {
        "id": 1,
        "sid": sid(1),
        "type": "inbound",
        "from_number": CALLER,
        "to_number": "+61255500001",
        "participant": None,
        "status": "completed",
        "duration": 42,
        "recording_url": None,
        "transcript": None,
        "summary": None,
        "created_at": "2026-03-04 02:00:01",
        "updated_at": "2026-03-04 02:00:02",
    }
    assert rows[0]["duration"] == 0


def test_pages_hang_together_while_calls_arrive(staff: Staff) -> None:
    for number in range(1, 6):
        Told(staff, number)
    olga, seen, cursor = staff.olga, [], ""
    while True:
        page = staff.client.get(f"{CALLS}?limit=2{cursor}", headers=olga).json()
        seen += [item["sid"] for item in page["items"]]
        Told(staff, 100 + len(seen))
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert seen == [sid(number) for number in range(5, 0, -1)]


def test_a_page_is_narrowed_by_outcome_caller_and_time(staff: Staff) -> None:
    Told(staff, 1).ended()
    Told(staff, 2, from_number="anonymous", caller=None).ended(CallStatus.FAILED, None)
    staff.world.clock.advance(timedelta(hours=1))
    Told(staff, 3)
    olga = staff.olga

    def found(query: str) -> list[str]:
        answer = staff.client.get(f"{CALLS}?{query}", headers=olga)
        assert answer.status_code == 200, answer.text
        return [item["sid"] for item in answer.json()["items"]]

    assert found("outcome=caller_hung_up") == [sid(1)]
    assert found("outcome=failed") == [sid(2)]
    assert found("from=0491%20570%20157") == [sid(3), sid(1)]
    assert found("from=anonymous") == [sid(2)]
    assert found("since=2026-03-04T12:30:00%2B10:00") == [sid(3)]
    assert found("since=2026-03-04T02:30:00Z&outcome=failed") == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=many",
        "outcome=lost",
        "since=soon",
        "from=ring%20me",
        "cursor=x",
        "cursor=%00",
        "cursor=Y2FsbHM6OTk5OTk5OTk5OQ",
        "cursor=%C3%A9",
    ],
)
def test_a_question_that_cannot_be_read_is_refused(staff: Staff, query: str) -> None:
    assert staff.client.get(f"{CALLS}?{query}", headers=staff.olga).status_code in {400, 422}

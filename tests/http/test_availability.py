"""Availability, presence and the switches over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.staff_app import Staff

AVAILABILITY = "/api/availability"


@pytest.mark.parametrize("status", ["available", "busy", "offline"])
def test_saying_something_answers_as_today(staff: Staff, status: str) -> None:
    answer = staff.client.post(AVAILABILITY, headers=staff.will, json={"status": status})
    assert (answer.status_code, answer.json()) == (200, {"success": True, "status": status})


def test_the_list_shows_who_said_something(staff: Staff) -> None:
    staff.client.post(AVAILABILITY, headers=staff.olga, json={"status": "busy"})
    assert staff.client.get(AVAILABILITY, headers=staff.will).json() == [
        {
            "user_id": 3,
            "status": "busy",
            "changed_at": "2026-03-04 02:00:00",
            "name": "Olga Office",
            "email": "olga@titus.example",
            "doNotDisturbUntil": None,
        }
    ]


def test_a_pause_holds_until_it_is_ended(staff: Staff) -> None:
    olga, until = staff.olga, "2026-03-04T13:00:00+10:00"
    pause = {"status": "available", "doNotDisturbUntil": until}
    expected = {"success": True, "status": "available", "doNotDisturbUntil": "2026-03-04T03:00:00Z"}

    assert staff.client.post(AVAILABILITY, headers=olga, json=pause).json() == expected
    assert staff.client.post(AVAILABILITY, headers=olga, json={"status": "available"}).json() == expected
    ended = staff.client.post(AVAILABILITY, headers=olga, json={"status": "available", "doNotDisturbUntil": None})
    assert "doNotDisturbUntil" not in ended.json()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"status": "asleep"}, 400),
        ({"status": "available", "doNotDisturbUntil": "2026-03-04T13:00:00"}, 400),
        ({"status": "available", "doNotDisturbUntil": "9999-12-31T23:59:59Z"}, 400),
        ({"status": "available", "doNotDisturbUntil": "2020-01-01T00:00:00Z"}, 422),
    ],
)
def test_what_is_not_an_availability_is_refused(staff: Staff, body: dict[str, Any], status: int) -> None:
    assert staff.client.post(AVAILABILITY, headers=staff.olga, json=body).status_code == status


def test_the_log_has_stretches_with_their_length(staff: Staff) -> None:
    olga = staff.olga
    staff.client.post(AVAILABILITY, headers=olga, json={"status": "available"})
    staff.world.clock.advance(90)
    staff.client.post(AVAILABILITY, headers=olga, json={"status": "offline"})

    rows = staff.client.get(f"{AVAILABILITY}/log", headers=olga).json()

    assert [(row["status"], row["duration_secs"], row["ended_at"]) for row in rows] == [
        ("offline", None, None),
        ("available", 90, "2026-03-04 02:01:30"),
    ]
    assert set(rows[0]) == {"user_id", "status", "started_at", "ended_at", "duration_secs", "name", "email"}


@pytest.mark.parametrize(
    ("since", "count"),
    [("2026-03-04", 1), ("2026-03-04 02:00:00", 1), ("2026-03-04T02:00:01Z", 0), ("2026-03-05T00:00:00%2B10:00", 0)],
)
def test_the_log_begins_where_it_is_told_to(staff: Staff, since: str, count: int) -> None:
    olga = staff.olga
    staff.client.post(AVAILABILITY, headers=olga, json={"status": "available"})
    assert len(staff.client.get(f"{AVAILABILITY}/log?since={since}", headers=olga).json()) == count


@pytest.mark.parametrize("since", ["yesterday", "", "0001-01-01", "9999-12-31T23:59:59-10:00", "%00"])
def test_a_beginning_that_is_no_time_is_refused(staff: Staff, since: str) -> None:
    assert staff.client.get(f"{AVAILABILITY}/log?since={since}", headers=staff.olga).status_code == 400


def test_a_heartbeat_makes_a_browser_reachable(staff: Staff) -> None:
    olga, sam = staff.olga, staff.sam
    staff.client.post(AVAILABILITY, headers=olga, json={"status": "available"})
    group = {"name": "Front door", "members": [{"userId": 3, "endpoint": "browser"}]}
    staff.client.post("/api/voice/hunt-groups", headers=sam, json=group)

    def reason() -> Any:
        return staff.client.post("/api/voice/hunt-groups/1/explain", headers=sam).json()["members"][0]["reason"]

    assert reason() == "no_heartbeat"
    assert staff.client.post("/api/voice/presence", headers=olga).json() == {"success": True}
    assert reason() is None
    staff.world.clock.advance(46)
    assert reason() == "no_heartbeat"


def test_the_agent_is_switched_by_seniors_and_seen_by_all(staff: Staff) -> None:
    switch = "/api/settings/ai-enabled"
    assert staff.client.get(switch, headers=staff.will).json() == {"ai_enabled": True}
    assert staff.client.post(switch, headers=staff.olga, json={"enabled": False}).status_code == 403
    answer = staff.client.post(switch, headers=staff.dina, json={"enabled": False})
    assert answer.json() == {"success": True, "ai_enabled": False}
    assert staff.client.get(switch, headers=staff.will).json() == {"ai_enabled": False}


def test_the_time_zone_is_a_state(staff: Staff) -> None:
    zone = "/api/settings/timezone"
    assert staff.client.get(zone, headers=staff.will).json() == {"timezone": "QLD"}
    answer = staff.client.post(zone, headers=staff.sam, json={"timezone": "NSW"})
    assert answer.json() == {"success": True, "timezone": "NSW"}
    assert staff.client.get(zone, headers=staff.will).json() == {"timezone": "NSW"}
    assert staff.client.post(zone, headers=staff.sam, json={"timezone": "Brisbane"}).status_code == 422


def test_the_agent_says_whether_it_can_be_reached(staff: Staff) -> None:
    assert staff.client.get("/api/agent/status", headers=staff.will).json() == {"connected": True}
    staff.world.agent.available = False
    assert staff.client.get("/api/agent/status", headers=staff.will).json() == {"connected": False}

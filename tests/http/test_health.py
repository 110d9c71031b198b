"""Is Titus there, and can it work?"""

from __future__ import annotations

from tests.http.staff_app import Staff, at_once
from titus_http.app import VERSION


def test_health_tells_version_and_time_as_today(staff: Staff) -> None:
    answer = staff.client.get("/api/health")
    assert answer.json() == {"status": "ok", "version": VERSION, "timestamp": "2026-03-04T02:00:00Z"}


def test_health_needs_nothing_that_can_break(staff: Staff) -> None:
    at_once(staff.world.store.close())
    staff.world.waiting_for = ("the store",)
    assert staff.client.get("/api/health").status_code == 200


def test_ready_is_503_until_titus_can_work(staff: Staff) -> None:
    assert staff.client.get("/api/health/ready").json() == {"status": "ready"}
    staff.world.waiting_for = ("the store", "migrations")
    answer = staff.client.get("/api/health/ready")
    assert (answer.status_code, answer.json()["waitingFor"]) == (503, ["the store", "migrations"])
    assert answer.headers["retry-after"] == "1"


def test_integrations_name_the_settings_that_are_missing(staff: Staff) -> None:
    assert staff.client.get("/api/health/integrations").json() == {
        "integrations": [
            {"name": "twilio", "configured": True, "missing": []},
            {"name": "elevenlabs", "configured": False, "missing": ["ELEVENLABS_API_KEY"]},
        ]
    }

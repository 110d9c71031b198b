"""Is Titus there, and can it work?"""

from __future__ import annotations

from typing import Any

from litestar.testing import TestClient

from tests.core.calls.builders import NOON
from tests.http.staff_app import BASE_URL, Staff, StaffWorld, at_once
from titus_core.kernel.errors import Unavailable
from titus_core.providers.model import Level, Standing
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


UNSEEN: dict[str, Any] = {"standing": None, "detail": None, "checkedAt": None}
TWILIO = {"name": "twilio", "configured": True, "missing": [], **UNSEEN}
ELEVENLABS = {"name": "elevenlabs", "configured": False, "missing": ["ELEVENLABS_API_KEY"], **UNSEEN}


def integrations(staff: Staff) -> Any:
    answer = staff.client.get("/api/health/integrations")
    assert answer.status_code == 200
    return answer.json()["integrations"]


def stand(staff: Staff, name: str, level: Level, detail: str = "") -> None:
    async def save(tx: Any, _: None) -> None:
        tx.standings.save(Standing(name=name, level=level, detail=detail, since=NOON, checked_at=NOON))

    at_once(staff.world.store.transact(save, None))


def test_integrations_name_the_settings_that_are_missing(staff: Staff) -> None:
    assert integrations(staff) == [TWILIO, ELEVENLABS]


def test_integrations_tell_how_a_provider_stood_when_it_was_looked_at(staff: Staff) -> None:
    stand(staff, "twilio", Level.DOWN, "the account is closed")
    shown = {"standing": "down", "detail": "the account is closed", "checkedAt": "2026-03-04T02:00:00Z"}
    assert integrations(staff) == [{**TWILIO, **shown}, ELEVENLABS]


def test_what_is_well_needs_no_words(staff: Staff) -> None:
    stand(staff, "twilio", Level.OK)
    assert integrations(staff)[0] == {**TWILIO, "standing": "ok", "checkedAt": "2026-03-04T02:00:00Z"}


def test_what_was_seen_of_a_provider_that_is_configured_no_more_is_not_told(staff: Staff) -> None:
    stand(staff, "elevenlabs", Level.DOWN, "the key is refused")
    assert integrations(staff) == [TWILIO, ELEVENLABS]


def test_integrations_are_told_without_a_store() -> None:
    world = StaffWorld(reader=Gone(StaffWorld().store.reader))
    with TestClient(world.app, raise_server_exceptions=False, base_url=BASE_URL) as client:
        assert client.get("/api/health/integrations").json()["integrations"] == [TWILIO, ELEVENLABS]


class Gone:
    """Readers of a store that cannot be reached."""

    def __init__(self, reader: object) -> None:
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    async def standings(self) -> tuple[Standing, ...]:
        raise Unavailable

"""The figures over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.calls.test_statistics import answered, gave_up
from tests.http.staff_app import Staff, at_once
from titus_core.kernel.ids import CallId

STATS = "/api/voice/stats"


@pytest.fixture(autouse=True)
def _two_calls(staff: Staff) -> None:
    async def save(tx: Any, calls: Any) -> None:
        for call in calls:
            tx.calls.save(call)

    calls = [answered(4), replace(gave_up(30), id=CallId("CA" + "5" * 32))]
    settled = [replace(call, settled_at=call.ended_at, version=0) for call in calls]
    at_once(staff.world.store.transact(save, settled))
    staff.world.clock.advance(3600)


def test_the_last_seven_days_are_told(staff: Staff) -> None:
    told = staff.client.get(STATS, headers=staff.olga).json()
    assert (told["offered"], told["answered"], told["abandoned"], told["answerRate"]) == (2, 1, 1, 0.5)
    assert (told["serviceLevelOfAnswered"], told["serviceLevelOfOffered"]) == (1.0, 0.5)
    assert (told["averageSpeedOfAnswer"], told["longestWait"], told["threshold"]) == (4.0, 30.0, 20.0)
    assert told["outcomes"]["answered"] == 1
    assert told["members"][0]["answered"] == 1
    until = staff.world.clock.now()
    assert told["since"] == (until - timedelta(days=7)).isoformat().replace("+00:00", "Z")


def test_a_span_and_a_group_narrow_it(staff: Staff) -> None:
    asked = {"since": "2026-03-05T00:00:00Z", "until": "2026-03-06T00:00:00Z"}
    assert staff.client.get(STATS, headers=staff.olga, params=asked).json()["offered"] == 0
    assert staff.client.get(STATS, headers=staff.olga, params={"group": 7}).json()["offered"] == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-03-05T00:00:00Z", "until": "2026-03-05T00:00:00Z"},
        {"since": "2024-03-05T00:00:00Z", "until": "2026-03-05T00:00:00Z"},
    ],
)
def test_a_span_without_a_length_or_too_long_is_refused(staff: Staff, asked: dict[str, str]) -> None:
    assert staff.client.get(STATS, headers=staff.olga, params=asked).status_code == 422

"""Public holidays of the Australian states."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from titus_adapters.holidays_calendar import PublicHolidays
from titus_core.hunt_groups.hours import AUSTRALIAN_STATES

CALENDAR = PublicHolidays()


@pytest.mark.parametrize("state", AUSTRALIAN_STATES)
def test_every_state_keeps_the_national_days(state: str) -> None:
    assert CALENDAR.name_of(state, date(2026, 12, 25)) == "Christmas Day"
    assert CALENDAR.name_of(state, date(2026, 4, 3)) == "Good Friday"
    assert CALENDAR.name_of(state, date(2026, 12, 23)) is None


@pytest.mark.parametrize(
    ("day", "states"),
    [
        (date(2026, 11, 3), {"VIC"}),
        (date(2026, 10, 5), {"ACT", "NSW", "QLD", "SA"}),
        (date(2026, 8, 3), {"NT"}),
        (date(2026, 3, 2), {"WA"}),
    ],
)
def test_a_state_s_own_day_is_no_other_state_s(day: date, states: set[str]) -> None:
    assert {state for state in AUSTRALIAN_STATES if CALENDAR.name_of(state, day)} == states


def test_the_show_day_of_brisbane_is_not_queensland_s() -> None:
    august = [date(2026, 8, 1) + timedelta(days=days) for days in range(31)]
    assert [day for day in august if CALENDAR.name_of("QLD", day)] == []


def test_half_days_and_bank_holidays_do_not_count() -> None:
    assert CALENDAR.name_of("SA", date(2026, 12, 24)) is None
    assert CALENDAR.name_of("NSW", date(2026, 8, 3)) is None

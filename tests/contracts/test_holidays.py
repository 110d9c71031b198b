"""`hunt_groups.hours.HolidayCalendar`."""

from __future__ import annotations

from datetime import date

import pytest

from titus_adapters.holidays_calendar import PublicHolidays
from titus_adapters.memory.holidays import FixedHolidays
from titus_core.hunt_groups.hours import AUSTRALIAN_STATES, HolidayCalendar

CHRISTMAS, ORDINARY = date(2026, 12, 25), date(2026, 3, 4)
CALENDARS = [FixedHolidays({(state, CHRISTMAS): "Christmas Day" for state in AUSTRALIAN_STATES}), PublicHolidays()]


@pytest.mark.parametrize("calendar", CALENDARS, ids=["memory", "holidays"])
@pytest.mark.parametrize("state", AUSTRALIAN_STATES)
def test_every_state_knows_its_holidays_and_its_ordinary_days(calendar: HolidayCalendar, state: str) -> None:
    assert calendar.name_of(state, CHRISTMAS) == "Christmas Day"
    assert calendar.name_of(state, ORDINARY) is None

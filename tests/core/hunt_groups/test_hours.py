"""When a group is open, by the wall clocks and holidays of Australia."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from titus_adapters.memory.holidays import FixedHolidays
from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.hours import AUSTRALIAN_STATES, ZONE_OF_STATE, closed
from titus_core.hunt_groups.model import WEEKDAYS, Closure, Hours, Span, Weekday

NINE_TO_FIVE: dict[Weekday, tuple[Span, ...]] = dict.fromkeys(WEEKDAYS[:5], (Span("09:00", "17:00"),))
HOLIDAYS = FixedHolidays({("NSW", date(2026, 10, 5)): "Labour Day"})


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def hours(zone: str = "Australia/Sydney", state: str | None = "NSW") -> Hours:
    return Hours(zone, NINE_TO_FIVE, state)


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (utc(2026, 6, 9, 22, 59), Reason.OUTSIDE_HOURS),
        (utc(2026, 6, 9, 23, 0), None),
        (utc(2026, 6, 10, 6, 59), None),
        (utc(2026, 6, 10, 7, 0), Reason.OUTSIDE_HOURS),
        (utc(2026, 6, 13, 2, 0), Reason.OUTSIDE_HOURS),
    ],
)
def test_a_span_begins_on_its_minute_and_ends_before_its_last(at: datetime, reason: Reason | None) -> None:
    assert closed(hours(), (), at, HOLIDAYS) is reason


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        # Sydney turns its clocks forward on Sunday, 4 October 2026: 09:00 is 23:00 UTC before and 22:00 UTC after.
        (utc(2026, 10, 1, 22, 30), Reason.OUTSIDE_HOURS),
        (utc(2026, 10, 5, 22, 30), None),
        # And back on Sunday, 4 April 2027.
        (utc(2027, 4, 1, 22, 30), None),
        (utc(2027, 4, 5, 22, 30), Reason.OUTSIDE_HOURS),
    ],
)
def test_opening_hours_follow_daylight_saving(at: datetime, reason: Reason | None) -> None:
    assert closed(hours(), (), at, HOLIDAYS) is reason


def test_queensland_does_not_turn_its_clocks() -> None:
    for at in (utc(2026, 10, 1, 23, 0), utc(2026, 10, 5, 23, 0)):
        assert closed(hours("Australia/Brisbane", "QLD"), (), at, HOLIDAYS) is None


def test_a_public_holiday_of_the_state_closes_and_of_another_does_not() -> None:
    labour_day = utc(2026, 10, 5, 1, 0)
    assert closed(hours(), (), labour_day, HOLIDAYS) is Reason.HOLIDAY
    assert closed(hours(state="VIC"), (), labour_day, HOLIDAYS) is None
    assert closed(hours(state=None), (), labour_day, HOLIDAYS) is None


def test_the_provider_may_open_on_a_holiday_and_close_on_an_ordinary_day() -> None:
    labour_day, next_day = date(2026, 10, 5), date(2026, 10, 6)
    assert closed(hours(), (Closure(labour_day, open=True),), utc(2026, 10, 5, 1, 0), HOLIDAYS) is None
    assert closed(hours(), (Closure(next_day),), utc(2026, 10, 6, 1, 0), HOLIDAYS) is Reason.HOLIDAY


def test_opening_on_a_holiday_keeps_to_the_hours() -> None:
    own = (Closure(date(2026, 10, 5), open=True),)
    assert closed(hours(), own, utc(2026, 10, 5, 10, 0), HOLIDAYS) is Reason.OUTSIDE_HOURS


def test_of_two_contradictory_entries_the_closing_wins() -> None:
    day = date(2026, 10, 6)
    assert closed(hours(), (Closure(day, open=True), Closure(day)), utc(2026, 10, 6, 1, 0), HOLIDAYS) is Reason.HOLIDAY


def test_a_closure_includes_its_last_day() -> None:
    shutdown = (Closure(date(2026, 12, 21), date(2026, 12, 23)),)
    assert closed(hours(), shutdown, utc(2026, 12, 23, 1, 0), HOLIDAYS) is Reason.HOLIDAY
    assert closed(hours(), shutdown, utc(2026, 12, 24, 1, 0), HOLIDAYS) is None


def test_a_group_without_hours_is_always_open_but_for_its_closures() -> None:
    assert closed(None, (), utc(2026, 10, 4, 15, 0), HOLIDAYS) is None
    # 15:00 UTC is already the next day in Brisbane.
    assert closed(None, (Closure(date(2026, 10, 5)),), utc(2026, 10, 4, 15, 0), HOLIDAYS) is Reason.HOLIDAY


def test_every_state_has_a_zone() -> None:
    assert tuple(ZONE_OF_STATE) == AUSTRALIAN_STATES

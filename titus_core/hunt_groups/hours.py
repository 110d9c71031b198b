"""Is the group open at this instant? Wall clocks and holidays of Australian zones, daylight saving included."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.model import WEEKDAYS, Closure, Hours

AUSTRALIAN_STATES = ("ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA")

ZONE_OF_STATE = {
    "ACT": "Australia/Sydney",
    "NSW": "Australia/Sydney",
    "NT": "Australia/Darwin",
    "QLD": "Australia/Brisbane",
    "SA": "Australia/Adelaide",
    "TAS": "Australia/Hobart",
    "VIC": "Australia/Melbourne",
    "WA": "Australia/Perth",
}
"""The zone of each state's capital; today's clients name zones by state."""


class HolidayCalendar(Protocol):
    """Public holidays. An implementer MUST answer from memory (it is asked inside a unit of work), for every
    state in `AUSTRALIAN_STATES`, with holidays that the whole state or territory observes and no others."""

    def name_of(self, state: str, day: date) -> str | None:
        """The holiday's name; None on an ordinary day."""
        ...


def closed(
    hours: Hours | None, closures: tuple[Closure, ...], now: datetime, calendar: HolidayCalendar
) -> Reason | None:
    """Why a group with these hours is closed at `now`; None if it is open. Without hours it is closed only by its
    closures, whose days are then those of Brisbane, the zone that today's system assumes."""
    local = now.astimezone(ZoneInfo(hours.timezone if hours else "Australia/Brisbane"))
    own = _own_exception(closures, local.date())
    if own is not None and not own.open:
        return Reason.HOLIDAY
    if hours is None:
        return None
    state = hours.state
    if own is None and state is not None and calendar.name_of(state, local.date()) is not None:
        return Reason.HOLIDAY
    wall = local.strftime("%H:%M")
    spans = hours.weekly.get(WEEKDAYS[local.weekday()], ())
    return None if any(span.start <= wall < span.until for span in spans) else Reason.OUTSIDE_HOURS


def _own_exception(closures: tuple[Closure, ...], day: date) -> Closure | None:
    """A closing wins over an opening on the same day: it is the safer of two contradictory entries."""
    matching = [closure for closure in closures if closure.covers(day)]
    return min(matching, key=lambda closure: closure.open, default=None)

"""Public holidays that a test sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


class FixedHolidays:
    """`hunt_groups.hours.HolidayCalendar` with exactly these holidays, by state and day."""

    def __init__(self, names: Mapping[tuple[str, date], str] | None = None) -> None:
        self._names = dict(names or {})

    def name_of(self, state: str, day: date) -> str | None:
        return self._names.get((state, day))

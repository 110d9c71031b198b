"""Public holidays by the `holidays` package."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

NOT_STATE_WIDE = frozenset({("QLD", "The Royal Queensland Show")})
"""Holidays that the package gives a whole state although only a part of it observes them: the Ekka is Brisbane's."""


class PublicHolidays:
    """The `HolidayCalendar` port. Each state and year is computed once and answered from memory then."""

    def name_of(self, state: str, day: date) -> str | None:
        return _year(state, day.year).get(day)


@lru_cache(maxsize=128)
def _year(state: str, year: int) -> Mapping[date, str]:
    calendar = holidays.country_holidays(
        "AU", subdiv=state, years=year, expand=False, categories=("public",), language="en_AU"
    )
    return {day: name for day, name in calendar.items() if (state, name) not in NOT_STATE_WIDE}

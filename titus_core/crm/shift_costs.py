"""What a client's shifts cost, and how much of the budget each week takes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def with_costs(shifts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """`cost` is null where hours or charge are not known: nobody knows is not nothing."""
    return [one | {"cost": _cost(one["hours"], one["chargePerHour"])} for one in shifts]


def weekly_burn(shifts: Sequence[dict[str, Any]], zone: str) -> list[dict[str, Any]]:
    """By weeks from Monday on, in that zone, the earliest first; of shifts whose beginning is known."""
    weeks: dict[date, list[dict[str, Any]]] = {}
    for one in shifts:
        monday = _monday(one["startShift"], zone)
        if monday is not None:
            weeks.setdefault(monday, []).append(one)
    return [_week(monday, weeks[monday]) for monday in sorted(weeks)]


def _week(monday: date, shifts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    hours, cost = (round(sum(one[key] or 0 for one in shifts), 2) for key in ("hours", "cost"))
    return {"weekStart": monday.isoformat(), "hours": hours, "cost": cost, "shiftCount": len(shifts)}


def _monday(start: str, zone: str) -> date | None:
    """None for a beginning that cannot be read as a time."""
    try:
        at = datetime.fromisoformat(start)
    except ValueError:
        return None
    there = ZoneInfo(zone)
    day = (at.astimezone(there) if at.tzinfo is not None else at).date()
    return day - timedelta(days=day.weekday())


def _cost(hours: float | None, charge: float | None) -> float | None:
    return None if hours is None or charge is None else round(hours * charge, 2)

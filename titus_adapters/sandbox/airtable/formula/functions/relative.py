"""How long ago, in words: the coarsest unit that fits."""

from __future__ import annotations

from datetime import datetime

_LIMITS = ((45, "second", 1), (45 * 60, "minute", 60), (22 * 3600, "hour", 3600), (26 * 86_400, "day", 86_400))
_MONTH, _YEAR = 30.44 * 86_400, 365.25 * 86_400


def relative(one: datetime, other: datetime) -> str:
    seconds = abs((one - other).total_seconds())
    for limit, unit, size in _LIMITS:
        if seconds < limit:
            return _words(max(1, round(seconds / size)), unit)
    if seconds < 320 * 86_400:
        return _words(max(1, round(seconds / _MONTH)), "month")
    return _words(max(1, round(seconds / _YEAR)), "year")


def _words(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"

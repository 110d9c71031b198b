"""Values as moments: what the date functions begin with. Dates and texts without a zone are UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.values import Value, midnight, single

_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def to_moment(value: Value) -> datetime:
    """Raises `Failed` for blank and for text that tells no moment."""
    if type(value) is datetime:  # by far the commonest
        return value
    match value:
        case datetime():
            return value
        case date():
            return midnight(value)
        case str():
            return read_moment(value.strip())
        case list():
            return to_moment(single(value))
        case _:
            raise Failed


@lru_cache(maxsize=65_536)
def read_moment(text: str) -> datetime:
    """ISO 8601, or month/day/year as Airtable's own examples have it; raises `Failed`."""
    slashed = _SLASHED.fullmatch(text)
    try:
        if slashed:
            return datetime(int(slashed[3]), int(slashed[1]), int(slashed[2]), tzinfo=UTC)
        if _ISO.fullmatch(text) is None:
            raise Failed
        read = datetime.fromisoformat(_padded(text))
    except ValueError:
        raise Failed from None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def _padded(text: str) -> str:
    return re.sub(r"(?<=[-T ])(\d)(?=[-T :]|$)", r"0\1", text)


@lru_cache(maxsize=1_024)
def zone_named(name: str) -> ZoneInfo:
    """Raises `Failed` for a zone that nobody knows."""
    try:
        return ZoneInfo("UTC" if name.lower() == "utc" else name)
    except (KeyError, ValueError, OSError):
        raise Failed from None

"""Time is given, never taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """What time it is. An implementer MUST answer an aware datetime in UTC."""

    def now(self) -> datetime: ...

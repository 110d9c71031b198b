"""A clock that is turned by hand, and ids that are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

NOON = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
"""An ordinary Wednesday at noon in Brisbane."""


class ManualClock:
    """`Clock` that stands still until it is told otherwise."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta | float) -> datetime:
        """Turn it on by so much (a number: seconds), and say what time it is then."""
        self._at += by if isinstance(by, timedelta) else timedelta(seconds=by)
        return self._at

    def turn_to(self, at: datetime) -> None:
        self._at = at


class CountingIds:
    """`IdSource` whose nth token is always the same, and looks as random as a real one. Never for production."""

    def __init__(self, seed: str = "") -> None:
        self._seed = seed
        self._count = 0

    def token(self) -> str:
        self._count += 1
        return sha256(f"{self._seed}:{self._count}".encode()).hexdigest()

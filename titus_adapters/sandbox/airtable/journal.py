"""Every request that came, for tests to look at."""

from __future__ import annotations

from collections import deque

import msgspec

KEPT = 10_000


class Asked(msgspec.Struct, kw_only=True, eq=False):
    """`path` without the part before `/v0`; `status` 0 until it is answered, or if it never is. `fault` names what was
    done to it."""

    at: float
    method: str
    path: str
    query: str = ""
    base_id: str = ""
    user_id: str = ""
    status: int = 0
    body: bytes = b""
    fault: str = ""
    length: int = 0
    """Characters of the address."""


class Journal:
    """The last ones, oldest first."""

    def __init__(self) -> None:
        self.asked: deque[Asked] = deque(maxlen=KEPT)

    def note(self, asked: Asked) -> Asked:
        self.asked.append(asked)
        return asked

    def where(self, method: str = "", path: str = "", status: int | None = None) -> list[Asked]:
        """Those of this method whose path holds `path`, answered so."""
        return [
            one
            for one in self.asked
            if method in {"", one.method} and path in one.path and status in {None, one.status}
        ]

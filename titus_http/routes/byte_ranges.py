"""Which bytes a client asks for (RFC 9110 §14)."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


class Unsatisfiable(Exception):
    """No byte of the file is in the range: 416."""


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """The first byte and the one behind the last; None: all of it, also for several ranges at once and for what cannot
    be read, as the RFC lets a server. Raises `Unsatisfiable`."""
    found = _RANGE.fullmatch(header) if header is not None else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        last = int(found[2])
        if not last or not size:
            raise Unsatisfiable
        return max(0, size - last), size
    start, end = int(found[1]), int(found[2]) + 1 if found[2] else size
    if found[2] and end <= start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, min(end, size)

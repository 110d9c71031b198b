"""Where the SQLite file lies, and how it is used."""

from __future__ import annotations

from pathlib import Path

import msgspec


class SqliteSettings(msgspec.Struct, frozen=True):
    """`path` is one file on a local disk. `readers` is how many questions are answered at once; `busy_seconds` how
    long a write waits for another program that writes."""

    path: Path
    readers: int = 4
    busy_seconds: float = 5.0

"""`make bench`: everything there is to compare, in one run; `python -m benchmarks hunt_step decide` runs those two."""

from __future__ import annotations

import importlib
import os
import platform
import sqlite3
import sys
from collections.abc import Sequence

NAMES = (
    "hunt_step",
    "decide",
    "signatures",
    "startup",
    "memory",
    "audio_webhook",
    "lists",
    "jobs",
    "files",
    "airtable_pages",
    "airtable_rate",
    "records",
)
"""Modules beside this one, each with a `main`."""


def main(arguments: Sequence[str]) -> int:
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(f"{', '.join(unknown)}: there is {', '.join(NAMES)}", file=sys.stderr)
        return 2
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}", end="")
    print(f", SQLite {sqlite3.sqlite_version}, load {os.getloadavg()[0]:.1f} at the start")
    for name in arguments or NAMES:
        print(flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Conversations that all end within ten seconds, beside fifty callers who are hunted for: everything is kept, and no
caller waits for it. On SQLite, and on PostgreSQL with two servers and a worker."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.faults.live.figures import percentile
from tests.faults.storm.figures import proved
from tests.faults.storm.run import Script
from tests.postgres_server import cluster
from titus_http.server import loop_factory

SECONDS, CALLERS = 10.0, 50
P99_WITHIN = 0.25
"""Seconds (the issue's target for the next step of a hunt)."""


def run(count: int) -> list[str]:
    """`count` conversations on each database."""
    with tempfile.TemporaryDirectory() as folder:
        found = _part("SQLite", _script(1, count, f"sqlite:///{folder}/titus.db", Path(folder)))
    with tempfile.TemporaryDirectory() as folder, cluster(fsync=True) as server:
        script = _script(2, count, server.url, Path(folder), servers=2, workers=1)
        return found + _part("PostgreSQL, two servers and a worker", script)


def _script(seed: int, posts: int, database: str, folder: Path, servers: int = 1, workers: int = 0) -> Script:
    return Script(
        seed=seed,
        posts=posts,
        seconds=SECONDS,
        callers=CALLERS,
        calm=15.0,
        database=database,
        folder=folder,
        servers=servers,
        workers=workers,
    )


def _part(name: str, script: Script) -> list[str]:
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        figures = runner.run(proved(script))
    print(f"  {name}, seed {script.seed}", *figures.lines, sep="\n    ", flush=True)
    found = [f"{name}: {fault}" for fault in figures.found]
    p99 = percentile(figures.steps, 0.99)
    return [*found, f"{name}: hunt steps p99 is {p99 * 1000:.0f} ms"] if not p99 <= P99_WITHIN else found

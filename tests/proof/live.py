"""Calls through live servers that are killed at random: on SQLite, and on PostgreSQL with two servers."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.faults.live.acts import Script
from tests.faults.live.figures import Figures, percentile, proved
from tests.postgres_server import cluster
from titus_http.server import loop_factory

CALLS_TO_A_KILL = 200
P99_WITHIN = 0.25
"""Seconds (the issue's target for TwiML outside restarts)."""


def run(count: int) -> list[str]:
    """`count` calls on each database."""
    with tempfile.TemporaryDirectory() as folder:
        faults = _part("SQLite", _script(1, count, f"sqlite:///{folder}/titus.db", Path(folder)))
    with tempfile.TemporaryDirectory() as folder, cluster(fsync=True) as server:
        return faults + _part("PostgreSQL, two servers", _script(2, count, server.url, Path(folder), servers=2))


def _script(seed: int, calls: int, database: str, folder: Path, servers: int = 1) -> Script:
    return Script(
        seed=seed,
        calls=calls,
        kills=calls // CALLS_TO_A_KILL,
        database=database,
        folder=folder,
        servers=servers,
        per_second=1.5,
        speed=20.0,
    )


def _part(name: str, script: Script) -> list[str]:
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        figures = runner.run(proved(script))
    print(f"  {name}, seed {script.seed}", *figures.lines, sep="\n    ", flush=True)
    return [*(f"{name}: {fault}" for fault in figures.faults), *_too_slow(name, figures)]


def _too_slow(name: str, figures: Figures) -> list[str]:
    p99 = percentile(figures.seconds, 0.99)
    return [f"{name}: TwiML p99 is {p99 * 1000:.0f} ms"] if p99 > P99_WITHIN else []

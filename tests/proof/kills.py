"""What follows calls, worked off by live servers and workers that are killed at random while every provider fails now
and then: on SQLite, and on PostgreSQL with two servers and two workers."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path

from tests.faults.live.acts import Script
from tests.faults.live.figures import proved
from tests.postgres_server import cluster
from titus_http.server import loop_factory

CALLS_TO_A_KILL = 20


def run(count: int) -> list[str]:
    """`count` calls on each database."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # answers that are cut on purpose
    with tempfile.TemporaryDirectory() as folder:
        faults = _part("SQLite", _script(3, count, f"sqlite:///{folder}/titus.db", Path(folder)))
    with tempfile.TemporaryDirectory() as folder, cluster(fsync=True) as server:
        script = _script(4, count, server.url, Path(folder), servers=2, workers=2)
        return faults + _part("PostgreSQL, two servers and two workers", script)


def _script(seed: int, calls: int, database: str, folder: Path, servers: int = 1, workers: int = 0) -> Script:
    return Script(
        seed=seed,
        calls=calls,
        kills=calls // CALLS_TO_A_KILL,
        database=database,
        folder=folder,
        servers=servers,
        workers=workers,
        per_second=0.2,
        speed=20.0,
        afterwards=True,
    )


def _part(name: str, script: Script) -> list[str]:
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        figures = runner.run(proved(script))
    print(f"  {name}, seed {script.seed}", *figures.lines, sep="\n    ", flush=True)
    return [f"{name}: {fault}" for fault in figures.faults]

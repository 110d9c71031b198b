"""PostgreSQL crashed and stopped under load, frozen, behind a bad network, and away for a minute. Prints what callers
and administrators met at worst."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.faults.outages import TOXICS, Figures, Limits, Trouble, frozen, poisoned, restart, standing
from tests.faults.proxy import Proxy
from tests.postgres_server import Cluster, cluster

LASTS = 3.0
LONG = 60.0
"""Seconds of a toxic, and of the long outage."""


def run(count: int) -> list[str]:
    """So many restarts, three crashes for each orderly one; then each other trouble once."""
    with cluster(fsync=True) as server, tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_run(server, Path(folder), count))


async def _run(server: Cluster, home: Path, count: int) -> list[str]:
    found: list[str] = []
    direct, behind = home / "direct", home / "behind"
    direct.mkdir()
    behind.mkdir()
    restarts = [restart(server, "immediate" if number % 4 else "fast") for number in range(1, count + 1)]
    others = [restart(server, "immediate", LASTS), frozen(server, LASTS)]
    found += await _all(server, server.url, direct, restarts, "restarts")
    async with Proxy(server.socket) as proxy:
        url = f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres?sslmode=disable"
        toxics = [poisoned(proxy, toxic, value, LASTS) for toxic, value in TOXICS.items()]
        found += await _all(server, url, behind, toxics, "toxics")
    found += await _all(server, server.url, direct, others, "away and frozen")
    return found + await _all(server, server.url, direct, [restart(server, "fast", LONG)], "away for a minute")


async def _all(server: Cluster, url: str, home: Path, troubles: list[Trouble], name: str) -> list[str]:
    found: list[str] = []
    async with standing(server, url, home) as stand:
        for trouble in troubles:
            found += await stand.through(trouble, Limits())
        figures: Figures = stand.figures
        print(f"{len(troubles)} {name}: {figures}", flush=True)
    return found

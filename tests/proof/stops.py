"""SIGTERM under load, again and again, on both databases. Prints how long the stops took."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from tests.faults.load import move_in
from tests.faults.stops import one_stop
from tests.postgres_server import cluster
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore


def run(count: int) -> list[str]:
    """Half of the stops on SQLite, the others on PostgreSQL."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, cluster() as server:
        home = Path(folder)
        for name in ("sqlite", "postgres"):
            (home / name).mkdir()
        file = home / "titus.db"
        sqlite = SqliteStore(SqliteSettings(file))
        found += asyncio.run(_stops(sqlite, f"sqlite:///{file}", home / "sqlite", range(0, count, 2)))
        postgres = PostgresStore(PostgresSettings(server.url))
        found += asyncio.run(_stops(postgres, server.url, home / "postgres", range(1, count, 2)))
    return found


async def _stops(store: Any, database: str, home: Path, seeds: range) -> list[str]:
    found: list[str] = []
    seconds = []
    await store.migrate()
    async with store:
        await move_in(store)
        for seed in seeds:
            faults, took = await one_stop(store, database, home, seed)
            found += faults
            seconds.append(took)
    if seconds:
        print(f"{home.name}: {len(seconds)} stops in {min(seconds):.1f} to {max(seconds):.1f} s", flush=True)
    return found

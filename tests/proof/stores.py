"""Histories on real databases, each compared with the one in memory; and every crash of every scenario there.

`count` histories on SQLite and a fifth as many on PostgreSQL, where two processes race.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.postgres_server import cluster
from tests.proof.cores import on_all_cores
from tests.proof.databases import copy, drop
from tests.simulation.comparing import differences
from tests.simulation.crashing import AFTERS, crashes
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.store_premises import StorePremises, postgres_premises, sqlite_premises
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore

ON_POSTGRES = 5
BATCH = 250
_Premises = AbstractContextManager[StorePremises]
CASES = tuple(product(SCENARIOS, AFTERS))


def run(count: int) -> list[str]:
    with TemporaryDirectory(prefix="titus-stores-") as home, cluster() as server:
        settings = SqliteSettings(Path(home) / "template.db")
        asyncio.run(SqliteStore(settings).migrate())
        asyncio.run(PostgresStore(PostgresSettings(server.url)).migrate())
        sqlite, postgres = partial(_on_sqlite, settings.path), partial(_on_postgres, server.url)
        found = on_all_cores(partial(_histories, sqlite), count, BATCH)
        print(f"  {count:,} histories on SQLite: {len(found)} found", flush=True)
        there = on_all_cores(partial(_histories, postgres), count // ON_POSTGRES, BATCH // ON_POSTGRES)
        print(f"  {count // ON_POSTGRES:,} histories on PostgreSQL: {len(there)} found", flush=True)
        for name, premises in (("SQLite", sqlite), ("PostgreSQL", postgres)):
            crashed = on_all_cores(partial(_crashes, premises), len(CASES), 6)
            print(f"  crashes of {len(SCENARIOS)} scenarios on {name}: {len(crashed)} found", flush=True)
            found += crashed
        return found + there


def _histories(premises: Callable[[], _Premises], seeds: range) -> list[str]:
    with premises() as found:
        return list(differences(seeds, found))


def _crashes(premises: Callable[[], _Premises], cases: range) -> list[str]:
    with premises() as there:
        return [
            f"{name}, {after}: {fault}"
            for name, after in CASES[cases.start : cases.stop]
            for fault in crashes(SCENARIOS[name], AFTERS[after], there.fresh)
            if fault is not None
        ]


@contextmanager
def _on_sqlite(template: Path) -> Iterator[StorePremises]:
    path = template.with_name(f"{os.getpid()}.db")
    shutil.copy(template, path)
    with sqlite_premises(SqliteSettings(path)) as premises:
        yield premises
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()


@contextmanager
def _on_postgres(server: str) -> Iterator[StorePremises]:
    name = f"titus_{os.getpid()}"
    url = asyncio.run(copy(server, name))
    try:
        with postgres_premises(url) as premises:
            yield premises
    finally:
        asyncio.run(drop(server, name))

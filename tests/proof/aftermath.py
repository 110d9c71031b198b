"""Mornings of calls with every provider failing now and then, in memory, on SQLite and on PostgreSQL: nothing that
follows a call gets lost or misplaced."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from tests.aftermath.checks import findings
from tests.aftermath.places import Place, in_memory, on_postgres, on_sqlite
from tests.aftermath.stage import Morning
from tests.contracts.backends import migrated_file
from tests.postgres_server import cluster
from tests.proof.cores import each_batch
from tests.proof.databases import copied
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore

CALLS = 50
"""In one morning."""

ON_SQLITE, ON_POSTGRES = 5, 10
"""One morning there for so many in memory."""

BATCH = 5

Opening = Callable[[int], AbstractAsyncContextManager[Place]]


class Report(msgspec.Struct):
    """What some mornings came to. `met` counts what the transports did to requests of Titus's."""

    counts: Counter[str]
    met: Counter[str]
    found: list[str]


def run(count: int) -> list[str]:
    """`count` calls in memory."""
    mornings = -(-count // CALLS)
    with TemporaryDirectory(prefix="titus-aftermath-") as home, cluster() as server:
        template = migrated_file(Path(home))
        asyncio.run(PostgresStore(PostgresSettings(server.url)).migrate())
        sqlite, postgres = partial(_a_file, template), partial(_a_database, server.url)
        return [
            *_on("memory", _nowhere, mornings),
            *_on("SQLite", sqlite, -(-mornings // ON_SQLITE)),
            *_on("PostgreSQL", postgres, -(-mornings // ON_POSTGRES)),
        ]


def _on(name: str, opening: Opening, mornings: int) -> list[str]:
    began = time.perf_counter()
    whole = Report(Counter(), Counter(), [])
    for report in each_batch(partial(_mornings, opening), mornings, BATCH):
        whole.counts += report.counts
        whole.met += report.met
        whole.found += [f"{name}: {found}" for found in report.found]
    told = ", ".join(f"{number:,} {what}" for what, number in whole.counts.items())
    met = ", ".join(f"{kind} {number:,}" for kind, number in sorted(whole.met.items()))
    print(f"  {name}, seeds 0–{mornings - 1}: {told}", flush=True)
    print(f"    met: {met}; {len(whole.found)} found in {time.perf_counter() - began:.0f} s", flush=True)
    return whole.found


def _mornings(opening: Opening, seeds: range) -> Report:
    logging.disable(logging.CRITICAL)  # every fault is logged, and there are thousands
    report = Report(Counter(), Counter(), [])
    for seed in seeds:
        asyncio.run(_morning(opening, seed, report))
    return report


async def _morning(opening: Opening, seed: int, report: Report) -> None:
    try:
        async with opening(seed) as place:
            morning = Morning(place, seed)
            books = await morning.pass_by(CALLS)
        report.counts += books.counts
        report.met += morning.weather.fired
        report.found += [f"{found} (seed {seed})" for found in findings(books)]
    except Exception as error:  # noqa: BLE001 (whatever happens is a finding, and its seed is what counts)
        report.found.append(f"{type(error).__name__}: {error} (seed {seed})")


def _nowhere(seed: int) -> AbstractAsyncContextManager[Place]:
    return in_memory()


@asynccontextmanager
async def _a_file(template: Path, seed: int) -> Any:
    path = template.with_name(f"{os.getpid()}-{seed}.db")
    shutil.copy(template, path)
    async with on_sqlite(path) as place:
        yield place
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()


@asynccontextmanager
async def _a_database(server: str, seed: int) -> Any:
    async with copied(server, f"titus_{os.getpid()}_{seed}") as url, on_postgres(url) as place:
        yield place

"""Random questions about random cells, on every store of records: what each answers, page for page, beside what the
evaluator says. `count` cases on each store, of the generator of the contract suite.

`TITUS_PROOF_FROM` begins behind so many cases, so that a long count can be taken in parts; `TITUS_PROOF_STORES` names
some of the stores.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.contracts.records.backends import OFFICES
from tests.contracts.records.base import catalogue
from tests.contracts.records.equivalence import differences
from tests.postgres_server import cluster
from tests.proof.cores import on_all_cores
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.records.migrating import write_revision
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore

STORES = ("memory", "sqlite", "postgres", "airtable")
SEED = 20261130
BATCH = 2_500
LONGEST = 400
EACH = 250
"""Questions to one table of twenty rows."""


def run(count: int) -> list[str]:
    first = int(os.environ.get("TITUS_PROOF_FROM", "0"))
    names = os.environ.get("TITUS_PROOF_STORES", ",".join(STORES)).split(",")
    faults: list[str] = []
    with TemporaryDirectory(prefix="titus-records-") as home, cluster() as server:
        template = Path(home) / "template.db"
        asyncio.run(SqliteStore(SqliteSettings(template)).migrate())
        asyncio.run(PostgresStore(PostgresSettings(server.url)).migrate())
        for name in names:
            began = time.perf_counter()
            found = on_all_cores(partial(_cases, name, template, server.url, first), count, BATCH)
            seconds = time.perf_counter() - began
            print(f"  {count:,} cases on {name}: {len(found)} differences ({count / seconds:,.0f}/s)", flush=True)
            faults += (f"{name}: {one[:LONGEST]}" for one in found)
    return faults


def _cases(name: str, template: Path, server: str, first: int, cases: range) -> list[str]:
    with _place(name, template, server) as place:
        return asyncio.run(_differences(OFFICES[name](place), len(cases), SEED + first + cases.start))


async def _differences(office: Any, count: int, seed: int) -> list[str]:
    await office.open()
    try:
        return await differences(office, count, seed, each=EACH)
    finally:
        await office.close()


class _Place:
    """What kinds of stores ask pytest for."""

    def __init__(self, home: Path, template: Path, database: str) -> None:
        revisions = home / "revisions"
        write_revision(revisions, catalogue(), "The base of the contract suite")
        self._values = {
            "tmp_path": home,
            "record_revisions": revisions,
            "sqlite_records_template": template,
            "postgres_records_url": database,
        }

    def getfixturevalue(self, name: str) -> Any:
        return self._values[name]


@contextmanager
def _place(name: str, template: Path, server: str) -> Iterator[Any]:
    home = template.with_name(str(os.getpid()))
    home.mkdir()
    database = f"titus_{os.getpid()}"
    if name == "postgres":
        asyncio.run(_execute(server, f"CREATE DATABASE {database} TEMPLATE postgres"))
    try:
        yield _Place(home, template, urlunsplit(urlsplit(server)._replace(path=f"/{database}")))
    finally:
        shutil.rmtree(home)
        if name == "postgres":
            asyncio.run(_execute(server, f"DROP DATABASE {database} WITH (FORCE)"))


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(urlunsplit(urlsplit(server)._replace(path="/template1")))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

"""`GET /api/voice/calls` as staff ask for it, with 1,000 to 1,000,000 calls stored, on SQLite and on PostgreSQL. The
whole application in process: no network in it. Each time beside the one with 1,000 calls."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.fill import fill
from tests.postgres_server import cluster
from titus_adapters.memory.world import World
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_adapters.system import SystemClock
from titus_core.accounts.model import Role, Session, User, token_hash
from titus_core.kernel.ids import UserId
from titus_http.bootstrap import TEST_BASE_URL, build_for

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PAGES = {"latest 50": "?limit=50", "latest 100": "", "one caller, 50": "?limit=50&from=%2B61255500001"}
_TIMES = 31
_TOKEN = "0123456789abcdef" * 4


def main(sizes: tuple[int, ...] = SIZES) -> None:
    print(f"list of calls, ms: median of {_TIMES} requests, and how often the time with {sizes[0]:,} calls")
    print(f"{'':26}" + "".join(f"{f'{size:,}':>18}" for size in sizes))
    for name, place in (("SQLite", _file), ("PostgreSQL", _database)):
        with place() as where:
            _print(name, list(_growing(where, sizes)))


def _growing(where: Any, sizes: tuple[int, ...]) -> Iterator[dict[str, float]]:
    stored = 0
    for size in sizes:
        fill(where, size - stored)
        stored = size
        yield asyncio.run(_times(where))


@contextmanager
def _file() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="titus-bench-") as folder:
        yield Path(folder) / "titus.db"


@contextmanager
def _database() -> Iterator[str]:
    with cluster() as server:
        yield server.url


def _print(name: str, times: list[dict[str, float]]) -> None:
    for page in PAGES:
        cells = [f"{t[page] * 1e3:9.2f}{t[page] / times[0][page]:8.2f}×" for t in times]
        print(f"{name + ', ' + page:26}" + "".join(cells))


async def _times(where: Any) -> dict[str, float]:
    postgres = isinstance(where, str)
    store: Any = PostgresStore(PostgresSettings(where)) if postgres else SqliteStore(SqliteSettings(where))
    async with store:
        await store.transact(_sign_in, None)
        app: Any = build_for(World(), storage=store, reader=store.reader, clock=SystemClock()).app
        transport = httpx.ASGITransport(app=app)
        headers = {"Authorization": f"Bearer {_TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url=TEST_BASE_URL, headers=headers) as http:
            return {name: await _time(http, query) for name, query in PAGES.items()}


async def _sign_in(tx: Any, _: None) -> None:
    now = SystemClock().now()
    user = await tx.users.by_email("bench@example.org.au")
    user_id = user.id if user is not None else UserId(99)
    if user is None:
        tx.users.save(
            User(id=user_id, email="bench@example.org.au", name="Robin", role=Role.SUPERADMIN, password_hash="-")
        )
    tx.sessions.save(Session(token_hash(_TOKEN), user_id, now, now))


async def _time(http: httpx.AsyncClient, query: str) -> float:
    seconds = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        answer = await http.get(f"/api/voice/calls{query}")
        seconds.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.text
    return statistics.median(seconds)

"""SIGTERM: nothing that was asked goes without an answer, and nobody can keep the process from ending."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.examples import a_delivery
from tests.faults.live.processes import Server
from tests.faults.load import move_in, settings
from tests.faults.stops import WITHIN, one_stop, readiness
from titus_adapters.memory.world import World
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.ports import Waiting
from titus_http.bootstrap import build_for
from titus_http.stopping import Stopping
from titus_http.ticker import Ticker


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Any]:
    """Its URL, and a store on it that is not open."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        return url, PostgresStore(PostgresSettings(url))
    file = Path(shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "titus.db"))
    return f"sqlite:///{file}", SqliteStore(SqliteSettings(file))


async def test_a_server_under_load_ends_when_it_is_told_to(database: tuple[str, Any], tmp_path: Path) -> None:
    url, store = database
    async with store:
        await move_in(store)
        found, _ = await one_stop(store, url, tmp_path, seed=0)
        assert found == []


async def test_it_is_not_ready_from_the_moment_it_is_told(database: tuple[str, Any], tmp_path: Path) -> None:
    server = Server(
        [sys.executable, "-m", "titus_http.cli", "serve"], settings(database[0], tmp_path), tmp_path / "log"
    )
    await server.start()
    try:
        ready = asyncio.Event()
        probing = asyncio.create_task(readiness(server.port, ready))
        await ready.wait()
        told = time.monotonic()
        assert await asyncio.to_thread(server.stop) == 0
        assert time.monotonic() - told <= WITHIN
        assert (await probing)[-1] == 503
    finally:
        server.end_for_sure()


async def test_the_ticker_ends_what_it_has_begun_and_begins_nothing_more() -> None:
    world, stopping = World(datetime.now().astimezone()), Stopping()
    begun, ended = [], []

    async def work_again(item: Waiting) -> None:
        begun.append(item)
        stopping.tell()
        await asyncio.sleep(0.01)
        ended.append(item)

    titus = build_for(world)
    ticker = Ticker(world.clock, Backlog(), titus.calls.tend_call, None, work_again, stopping)  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        await ticker.run()
    assert 1 <= len(begun) < Backlog.ITEMS
    assert begun == ended


class Backlog:
    """A reader of calls with much to do."""

    ITEMS = 40

    async def waiting(self, now: datetime, limit: int) -> tuple[Waiting, ...]:
        return tuple(Waiting(number, a_delivery(f"key {number}"), 0) for number in range(self.ITEMS))

    async def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        return ("CA1",)

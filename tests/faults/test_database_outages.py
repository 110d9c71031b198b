"""PostgreSQL restarted, frozen, behind a bad network, crowded, under a real server process with callers all the while:
nothing that was acknowledged is lost or doubled, and every caller gets a document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.faults.http_line import Asked, Line, request
from tests.faults.outages import TOXICS, Limits, Trouble, frozen, poisoned, restart, standing
from tests.faults.proxy import Proxy
from tests.postgres_server import Cluster, cluster

CROWD = 30

RELAXED = Limits().times(2)
"""This machine may have other things to do."""


@pytest.fixture
def server() -> Iterator[Cluster]:
    with cluster(fsync=True) as server:
        yield server


async def test_restarts_and_a_frozen_server(server: Cluster, tmp_path: Path) -> None:
    async with standing(server, server.url, tmp_path) as stand:
        for trouble in (restart(server, "immediate"), restart(server, "fast", 1.0), frozen(server, 3.0)):
            assert await stand.through(trouble, RELAXED) == []
        assert stand.figures.stand_ins > 0


async def test_a_bad_network(server: Cluster, tmp_path: Path) -> None:
    async with Proxy(server.socket) as proxy:
        url = f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres?sslmode=disable"
        async with standing(server, url, tmp_path) as stand:
            for toxic, value in TOXICS.items():
                found = await stand.through(poisoned(proxy, toxic, value, 2.5 if toxic == "timeout" else 0.7), RELAXED)
                assert found == []
            assert stand.figures.stand_ins > 0


async def test_questions_that_take_long_keep_no_caller_waiting(server: Cluster, tmp_path: Path) -> None:
    """Who reads sessions hangs: an administrator's every request. All of them together may not take what a caller's
    webhooks need, nor make the process look broken."""
    async with standing(server, server.url, tmp_path) as stand, locked(server.url, "sessions") as lock:
        asking = request("GET", "/api/voice/hunt-groups", {"Authorization": f"Bearer {stand.token}"})
        lines = [Line(stand.server.port) for _ in range(CROWD)]
        crowd: list[asyncio.Task[Asked]] = []

        async def begin() -> None:
            await lock.begin()
            crowd.extend(asyncio.create_task(line.ask(asking)) for line in lines)

        found = await stand.through(Trouble("a crowd", begin, lock.end, 2.5, gone=False), RELAXED)
        answers = [await each for each in crowd]
        for line in lines:
            line.close()
    assert found == []
    assert stand.figures.stand_ins == 0
    turned_away = [each for each in answers if each.status == 503 and each.headers["retry-after"]]
    assert len(turned_away) >= CROWD / 2
    assert {each.status for each in answers} <= {200, 503}


class Lock:
    """Nobody reads the table until it is over."""

    def __init__(self, connection: Any, table: str) -> None:
        self._transaction = connection.transaction()
        self._connection, self._table = connection, table

    async def begin(self) -> None:
        await self._transaction.start()
        await self._connection.execute(f"LOCK TABLE {self._table} IN ACCESS EXCLUSIVE MODE")

    async def end(self) -> None:
        await self._transaction.rollback()


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncIterator[Lock]:
    connection = await asyncpg.connect(url)
    try:
        yield Lock(connection, table)
    finally:
        await connection.close()

"""Titus behind PgBouncer in transaction mode: many at once, and a hunt through a server process."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.contracts.examples import call_id
from tests.contracts.stores import Store
from tests.faults.live.processes import Server
from tests.faults.load import Load, lost_or_double, move_in, repeated, settings, sign_in
from tests.faults.outages import SERVE
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore


async def test_questions_of_many_at_once_do_not_get_into_each_others_way(store: Store) -> None:
    async def ask(number: int) -> None:
        """Statements with and without values: one that ran in another's place would fail."""
        await store.ping()
        assert await store.reader.call(call_id(number)) is None
        await store.ping()
        assert await store.reader.events(call_id(number)) == ()

    for _ in range(4):
        await asyncio.gather(*(ask(number) for number in range(1, 31)))


async def test_a_server_behind_it_starts_serves_and_keeps(pooled_url: str, postgres_url: str, tmp_path: Path) -> None:
    server = Server(SERVE, settings(pooled_url, tmp_path), tmp_path / "log")
    async with PostgresStore(PostgresSettings(postgres_url)) as store:
        await move_in(store)
        await server.start()
        try:
            load = Load(server.port, callers=12, token=await sign_in(server.port))
            load.start()
            await asyncio.sleep(1.5)
            await load.end()
            assert await lost_or_double(store, load) == []
            assert await repeated(server.port, load, 20) == []
            assert {each.status for each in load.asked} == {200, 201}
            assert await asyncio.to_thread(server.stop) == 0
        finally:
            server.end_for_sure()
    assert "ERROR" not in server.log.read_text()

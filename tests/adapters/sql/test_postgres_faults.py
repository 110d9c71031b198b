"""PostgreSQL in trouble: restarted, slow, crowded, and lost at the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from tests.adapters.sql.units import count_up, save_call, save_user
from tests.contracts.stores import eventually
from tests.postgres_server import cluster
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.tx import SqlTx
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, UserId

_WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"


@asynccontextmanager
async def _row_locked(url: str) -> AsyncIterator[Any]:
    """User 1's row in the hands of someone else."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("UPDATE users SET name = name WHERE id = 1")
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def _someone_waits(connection: Any) -> int:
    """The process that waits for a lock, as soon as there is one."""
    while True:
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        if (pid := await connection.fetchval(_WAITING)) is not None:
            found: int = pid
            return found


async def _end_all_but(connection: Any) -> None:
    await connection.fetch(_OTHERS, connection.get_server_pid())


async def test_a_server_that_crashes_is_unavailable_until_it_is_back_and_nothing_is_lost() -> None:
    with cluster(fsync=True) as server:
        store = PostgresStore(PostgresSettings(server.url))
        await store.migrate()
        async with store:
            assert store.promises.durable
            await store.transact(save_call, "before")
            server.stop("immediate")
            for attempt in (store.transact(save_call, "meanwhile"), store.reader.live(), store.ping()):
                with pytest.raises(Unavailable):
                    await attempt
            server.start()
            await store.transact(save_call, "after")
            assert await store.reader.live() == ("before", "after")


async def test_a_server_that_is_down_at_the_start_is_unavailable(tmp_path: object) -> None:
    store = PostgresStore(PostgresSettings(f"postgresql://postgres@/titus?host={tmp_path}"))
    for attempt in (store.open(), store.migrate(), store.transact(save_call, "CA1")):
        with pytest.raises(Unavailable):
            await attempt


async def test_idle_connections_that_were_ended_are_replaced_without_an_error(
    postgres_url: str, postgres_store: PostgresStore
) -> None:
    connection = await asyncpg.connect(postgres_url)
    await _end_all_but(connection)
    await postgres_store.transact(count_or_save, 1)
    await _end_all_but(connection)
    assert len(await postgres_store.reader.users()) == 1
    await connection.close()


async def count_or_save(tx: SqlTx, number: int) -> None:
    """Reads first, as nearly every unit of work does."""
    if await tx.users.get(UserId(number)) is None:
        await save_user(tx, number)


async def test_a_commit_whose_end_is_unknown_is_not_tried_again(
    postgres_url: str, postgres_store: PostgresStore
) -> None:
    runs = 0

    async def work(tx: SqlTx, command: None) -> None:
        nonlocal runs
        runs += 1
        await count_up(tx, "")

    await postgres_store.transact(save_user, 1)
    async with _row_locked(postgres_url) as other:
        caller = asyncio.create_task(postgres_store.transact(work, None))
        await other.fetchval("SELECT pg_terminate_backend($1)", await _someone_waits(other))
        with pytest.raises(Unavailable, match="not known"):
            await caller
    assert runs == 1


async def test_a_cancelled_caller_does_not_undo_a_commit_that_began(
    postgres_url: str, postgres_store: PostgresStore
) -> None:
    await postgres_store.transact(save_user, 1)
    async with _row_locked(postgres_url) as other:
        caller = asyncio.create_task(postgres_store.transact(count_up, ""))
        await _someone_waits(other)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller  # at once, whatever the server is doing

    async def it_is_stored() -> bool:
        user = await postgres_store.reader.user(UserId(1))
        return user is not None and user.version == 2

    await eventually(it_is_stored)


async def test_a_caller_cancelled_while_reading_stores_nothing_and_returns_its_connection(postgres_url: str) -> None:
    settings = PostgresSettings(postgres_url, min_connections=1, max_connections=1)
    async with PostgresStore(settings) as store:
        await store.transact(save_user, 1)
        other = await asyncpg.connect(postgres_url)
        transaction = other.transaction()
        await transaction.start()
        await other.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        caller = asyncio.create_task(store.transact(count_up, ""))
        await _someone_waits(other)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        await transaction.rollback()
        await other.close()
        assert await store.transact(count_up, "") == 2


async def test_concurrent_changes_of_one_row_all_happen(postgres_store: PostgresStore) -> None:
    await postgres_store.transact(save_user, 1)
    versions = await asyncio.gather(*(postgres_store.transact(count_up, "") for _ in range(5)))
    assert sorted(versions) == [2, 3, 4, 5, 6]


async def test_a_server_that_takes_too_long_is_unavailable(postgres_url: str) -> None:
    settings = PostgresSettings(postgres_url, statement_seconds=0.1)
    async with PostgresStore(settings) as store:
        await store.transact(save_user, 1)
        async with _row_locked(postgres_url):
            with pytest.raises(Unavailable):
                await store.transact(count_up, "")


async def test_a_crowd_is_told_to_come_back(postgres_url: str) -> None:
    settings = PostgresSettings(postgres_url, min_connections=1, max_connections=1, acquire_seconds=0.05)
    async with PostgresStore(settings) as store:
        await store.transact(save_user, 1)
        async with _row_locked(postgres_url) as other:
            first = asyncio.create_task(store.transact(count_up, ""))
            await _someone_waits(other)
            with pytest.raises(Unavailable):
                await store.transact(count_up, "")
        await first


async def test_a_server_that_forgets_what_it_acknowledged_is_refused(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(
        f"ALTER DATABASE {await connection.fetchval('SELECT current_database()')} SET synchronous_commit = off"
    )
    await connection.close()
    with pytest.raises(Unavailable, match="synchronous_commit"):
        await PostgresStore(PostgresSettings(postgres_url)).open()


async def test_behind_a_transaction_pooler_nothing_outlives_a_transaction(postgres_url: str) -> None:
    settings = PostgresSettings(f"{postgres_url}&pooler=transaction", min_connections=1, max_connections=1)
    async with PostgresStore(settings) as store:
        await store.transact(save_user, 1)
        assert await asyncio.gather(*(store.transact(count_up, "") for _ in range(3))) == [2, 3, 4]
        assert await store.reader.call(CallId("CA1")) is None
        async with store._pool.connection() as connection:
            assert not connection.is_in_transaction()
            assert await connection.fetch("SELECT name FROM pg_prepared_statements WHERE name <> ''") == []

"""Events that were stored before the feed, or on another server, are in it; and what comes next comes behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
import pytest
import sqlalchemy as sa

from tests.adapters.sql.units import NOW
from titus_adapters.postgres import migrating as on_postgres
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql import migrating
from titus_adapters.sql.tx import SqlTx
from titus_adapters.sqlite import migrating as on_sqlite
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.events import VoicemailOffered
from titus_core.calls.ports import Mark
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId

Store: TypeAlias = SqliteStore | PostgresStore
Within: TypeAlias = Callable[[Callable[[sa.Connection], Any]], Awaitable[None]]


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> tuple[Store, Within]:
    """A store on an empty database of each kind, and the way into its migrations."""
    if request.param == "sqlite":
        file = SqliteSettings(request.getfixturevalue("tmp_path") / "titus.db")

        async def on_the_file(change: Callable[[sa.Connection], Any]) -> None:
            with on_sqlite.migration(file) as connection:
                change(connection)

        return SqliteStore(file), on_the_file
    server = PostgresSettings(request.getfixturevalue("empty_postgres_url"))
    return PostgresStore(server), lambda change: on_postgres.within_migration(server, change)


def stores(*names: str) -> Callable[[sa.Connection], None]:
    """As the first version of Titus did."""

    def insert(connection: sa.Connection) -> None:
        at = 0 if connection.dialect.name == "sqlite" else NOW
        for name in names:
            connection.execute(
                sa.text(
                    "INSERT INTO events (subject, kind, at, actor_kind, actor_name, data)"
                    " VALUES (:subject, 'call.voicemail_offered', :at, 'provider', 'twilio', '{}')"
                ),
                {"subject": f"call:{name}", "at": at},
            )

    return insert


async def record(tx: SqlTx, name: str) -> None:
    tx.record(Envelope(f"call:{name}", NOW, TWILIO, VoicemailOffered(call_id=CallId(name))))


async def heard(store: Store, mark: Mark = Mark()) -> list[str]:  # noqa: B008 (a value)
    return [fed.event.subject.removeprefix("call:") for fed in await store.feed.after(mark, 100)]


async def test_events_of_before_are_the_beginning_of_the_feed(database: tuple[Store, Within]) -> None:
    store, within = database
    await within(lambda connection: migrating.upgrade(connection, "0001"))
    await within(stores("a", "b", "c"))
    await store.migrate()
    async with store:
        assert await heard(store) == ["a", "b", "c"]
        mark = await store.feed.newest()
        await within(stores("d"))
        await store.transact(record, "e")
        assert await heard(store, mark) == ["d", "e"]
        assert await store.feed.newest() > mark


async def test_going_back_keeps_every_event(database: tuple[Store, Within]) -> None:
    store, within = database
    found: list[Any] = []
    await store.migrate()
    await within(stores("a", "b"))
    await within(lambda connection: migrating.downgrade(connection, "0001"))
    await within(stores("c"))
    await within(lambda connection: found.extend(connection.scalars(sa.text("SELECT subject FROM events"))))
    assert found == ["call:a", "call:b", "call:c"]
    await store.migrate()
    async with store:
        assert await heard(store) == ["a", "b", "c"]


async def test_events_restored_from_a_server_that_had_counted_further_are_shown(postgres_url: str) -> None:
    """`pg_restore` brings the other server's transaction numbers with it."""
    connection = await asyncpg.connect(postgres_url)
    async with PostgresStore(PostgresSettings(postgres_url)) as store:
        for name in ("a", "b"):
            await store.transact(record, name)
        await connection.execute("UPDATE events SET txid = txid + 1000000 - 10 * position")
        assert await heard(store) == []
        await asyncio.gather(store.migrate(), store.migrate())
        assert await heard(store) == ["a", "b"]
        mark = await store.feed.newest()
        await store.transact(record, "c")
        assert await heard(store, mark) == ["c"]
    await connection.close()


async def test_a_start_leaves_a_server_s_own_events_as_they_are(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    async with PostgresStore(PostgresSettings(postgres_url)) as store:
        await store.transact(record, "a")
        before = await connection.fetchrow("SELECT txid, pg_relation_filenode('events') FROM events")
        await store.migrate()
        assert await connection.fetchrow("SELECT txid, pg_relation_filenode('events') FROM events") == before
        assert before["txid"] > 0
    await connection.close()

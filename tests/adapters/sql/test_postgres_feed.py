"""The feed on PostgreSQL: transactions that commit late, lines that are cut, servers that count from somewhere else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from tests.adapters.sql.units import NOW
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.feed import BY_TRANSACTION, LAST_TRANSACTION
from titus_adapters.sql.tx import SqlTx
from titus_core.calls.events import VoicemailOffered
from titus_core.calls.ports import Fed, Mark
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId

_INSERT = (
    "INSERT INTO events (position, subject, kind, at, actor_kind, actor_name, data) VALUES"
    " ($1, $2, 'call.voicemail_offered', now(), 'provider', 'twilio', '{}')"
)
_NEXT = "SELECT nextval(pg_get_serial_sequence('events', 'position'))"
_LINES = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND query ~ '^(LISTEN|NOTIFY)' AND pid <> pg_backend_pid()"
)


async def record(tx: SqlTx, name: str) -> None:
    tx.record(Envelope(f"call:{name}", NOW, TWILIO, VoicemailOffered(call_id=CallId(name))))


@asynccontextmanager
async def someone_else(url: str) -> AsyncIterator[Any]:
    """A connection of another program."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def heard(store: PostgresStore, mark: Mark = Mark()) -> list[str]:  # noqa: B008 (a value)
    return names(await store.feed.after(mark, 100))


def names(fed: tuple[Fed, ...]) -> list[str]:
    return [one.event.subject.removeprefix("call:") for one in fed]


async def test_a_transaction_that_commits_late_is_waited_for(postgres_url: str, postgres_store: PostgresStore) -> None:
    await postgres_store.transact(record, "first")
    async with someone_else(postgres_url) as other:
        late = other.transaction()
        await late.start()
        await other.execute(_INSERT, await other.fetchval(_NEXT), "call:late")
        await postgres_store.transact(record, "quick")
        mark = await postgres_store.feed.newest()
        assert await heard(postgres_store) == ["first"]
        await late.commit()
    assert await heard(postgres_store, mark) == ["late", "quick"]


async def test_a_later_transaction_may_hold_an_earlier_position(
    postgres_url: str, postgres_store: PostgresStore
) -> None:
    """Positions are counted before transactions are: positions alone would pass it by."""
    async with someone_else(postgres_url) as other:
        await other.fetchval(_NEXT)  # one in 32 needs a transaction number itself
        slow = other.transaction()
        await slow.start()
        position = await other.fetchval(_NEXT)
        await postgres_store.transact(record, "quick")
        mark = await postgres_store.feed.newest()
        assert mark.position > position
        assert await heard(postgres_store) == ["quick"]
        await other.execute(_INSERT, position, "call:slow")
        await slow.commit()
    assert await heard(postgres_store, mark) == ["slow"]
    assert await heard(postgres_store) == ["quick", "slow"]
    assert await postgres_store.feed.newest() > mark


async def test_a_transaction_that_comes_to_nothing_holds_nobody_up_any_longer(
    postgres_url: str, postgres_store: PostgresStore
) -> None:
    async with someone_else(postgres_url) as other:
        vain = other.transaction()
        await vain.start()
        await other.execute(_INSERT, await other.fetchval(_NEXT), "call:vain")
        await postgres_store.transact(record, "quick")
        assert await heard(postgres_store) == []
        await vain.rollback()
    assert await heard(postgres_store) == ["quick"]


async def test_a_transaction_that_only_reads_holds_nobody_up(postgres_url: str, postgres_store: PostgresStore) -> None:
    async with someone_else(postgres_url) as other, other.transaction(isolation="repeatable_read"):
        await other.fetch("SELECT * FROM events")
        await postgres_store.transact(record, "quick")
        assert await heard(postgres_store) == ["quick"]


async def test_a_crowd_of_writers_with_pauses_in_the_middle_is_told_whole_and_once(
    postgres_url: str, postgres_store: PostgresStore
) -> None:
    """Each takes its positions, its transaction number and its time to commit in an order of its own."""
    pauses = random.Random(3)  # noqa: S311  # the same pauses every time
    turns = 12

    async def write(number: int) -> None:
        async with someone_else(postgres_url) as other:
            for turn in range(turns):
                async with other.transaction():
                    position = await other.fetchval(_NEXT)
                    await asyncio.sleep(pauses.choice((0, 0.004, 0.012)))
                    await other.execute(_INSERT, position, f"call:{number}-{turn}")
                    await asyncio.sleep(pauses.choice((0, 0.004, 0.012)))

    async def listen(until: asyncio.Event) -> list[str]:
        mark, found, last = Mark(), list[str](), False
        while not last:
            last = until.is_set()
            while fed := await postgres_store.feed.after(mark, 3):
                mark, found = fed[-1].mark, [*found, *names(fed)]
            await asyncio.sleep(0.001)
        return found

    over = asyncio.Event()
    listeners = [asyncio.create_task(listen(over)) for _ in range(2)]
    await asyncio.gather(*map(write, range(6)))
    over.set()
    one, two = await asyncio.gather(*listeners)
    assert one == two
    assert sorted(one) == sorted(f"{number}-{turn}" for number in range(6) for turn in range(turns))


async def line(connection: Any) -> int:
    """The process behind a store's line, as soon as there is one."""
    async with asyncio.timeout(10):
        while True:
            await connection.execute("SELECT pg_stat_clear_snapshot()")
            if (pid := await connection.fetchval(_LINES)) is not None:
                return int(pid)
            await asyncio.sleep(0.01)


async def test_a_line_that_is_cut_is_made_again(postgres_url: str) -> None:
    settings = PostgresSettings(postgres_url)
    async with PostgresStore(settings) as here, PostgresStore(settings) as there, someone_else(postgres_url) as other:
        async with asyncio.timeout(10):
            await there.feed.wait(60)  # it rings once when it begins to listen
        cut = await line(other)
        await other.fetchval("SELECT pg_terminate_backend($1)", cut)
        async with asyncio.timeout(10):
            await there.feed.wait(60)  # and again after the gap
        assert await line(other) != cut
        waiting = asyncio.create_task(there.feed.wait(30))
        await here.transact(record, "after")
        async with asyncio.timeout(10):
            await waiting
        assert await heard(there) == ["after"]


async def test_a_listening_store_closes_its_line(postgres_url: str) -> None:
    async with someone_else(postgres_url) as other:
        async with PostgresStore(PostgresSettings(postgres_url)) as store:
            await store.transact(record, "something")
            await line(other)
        async with asyncio.timeout(10):
            while await other.fetchval(_LINES) is not None:
                await asyncio.sleep(0.01)
                await other.execute("SELECT pg_stat_clear_snapshot()")


async def test_who_neither_listens_nor_tells_of_calls_needs_no_line(
    postgres_url: str, postgres_store: PostgresStore
) -> None:
    async def elsewhere(tx: SqlTx, _: None) -> None:
        tx.record(Envelope("user:1", NOW, TWILIO, VoicemailOffered(call_id=CallId("CA1"))))

    await postgres_store.transact(elsewhere, None)
    await asyncio.sleep(0.1)
    async with someone_else(postgres_url) as other:
        assert await other.fetchval(_LINES) is None


async def test_behind_a_transaction_pooler_nobody_listens_and_one_s_own_process_is_heard(postgres_url: str) -> None:
    settings = PostgresSettings(f"{postgres_url}&pooler=transaction", min_connections=1, max_connections=2)
    async with PostgresStore(settings) as store, someone_else(postgres_url) as other:
        waiting = asyncio.create_task(store.feed.wait(30))
        await store.transact(record, "something")
        async with asyncio.timeout(10):
            await waiting
        assert await heard(store) == ["something"]
        assert await other.fetchval(_LINES) is None


@pytest.mark.parametrize("query", [BY_TRANSACTION, LAST_TRANSACTION])
async def test_reading_on_costs_no_more_than_what_is_read(postgres_url: str, query: Any) -> None:
    async with someone_else(postgres_url) as other:
        await other.execute(
            "INSERT INTO events (subject, kind, at, actor_kind, actor_name, data)"
            " SELECT 'call:x', 'call.voicemail_offered', now(), '', '', '{}' FROM generate_series(1, 5000)"
        )
        await other.execute("ANALYZE events")
        values = query.postgres.bind({"txid": 1, "position": 1, "limit": 200})
        plan = "\n".join(row[0] for row in await other.fetch(f"EXPLAIN {query.postgres.text}", *values))
        assert "ix_events_txid_position" in plan
        assert "Sort" not in plan
        assert "Seq Scan" not in plan

"""What was kept before retention existed is found by it; and an older Titus may write beside a newer one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa

from tests.contracts.test_retention import ERASED, KEPT, NOT_KEPT, heard, recorded
from tests.migrations.test_feed import database
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql import migrating
from titus_adapters.sql.calls import calls
from titus_adapters.sql.transcripts import transcripts
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.model import Call
from titus_core.calls.transcripts import Transcript

Store: TypeAlias = SqliteStore | PostgresStore
Within: TypeAlias = Callable[[Callable[[sa.Connection], Any]], Awaitable[None]]

__all__ = ["database"]

CALLS = (recorded(1), recorded(2, NOT_KEPT), recorded(3, ERASED), recorded(4, NOT_KEPT, KEPT, ERASED))
CONVERSATIONS = (heard(1), heard(2, audio=None))
LATER = datetime.fromisoformat("2027-01-01T00:00:00+00:00")


def storing(*things: Call | Transcript) -> Callable[[sa.Connection], None]:
    """As a Titus does that knows nothing of retention."""

    def insert(connection: sa.Connection) -> None:
        for thing in things:
            connection.execute(_row(thing))

    return insert


def _row(thing: Call | Transcript) -> sa.Insert:
    told = {"version": thing.version, "state": thing}
    if isinstance(thing, Transcript):
        return sa.insert(transcripts).values(
            **told, id=thing.id, call_id=thing.call_id, heard_at=thing.heard_at, turns=2
        )
    return sa.insert(calls).values(
        **told,
        sid=thing.id,
        direction="inbound",
        from_number="",
        to_number="",
        status="completed",
        live=False,
        settled=True,
        created_at=thing.seen_at,
        updated_at=thing.seen_at,
    )


async def test_what_was_kept_before_is_found(database: tuple[Store, Within]) -> None:
    store, within = database
    await within(lambda connection: migrating.upgrade(connection, "0008"))
    await within(storing(*CALLS, *CONVERSATIONS))
    await store.migrate()
    async with store:
        assert await store.reader.with_copies(LATER, 9) == (CALLS[0].id, CALLS[3].id)
        assert await store.reader.with_audio(LATER, 9) == ("conv_1",)
        assert await store.reader.call(CALLS[3].id) == CALLS[3]


async def test_an_older_titus_may_write_beside_a_newer_one(database: tuple[Store, Within]) -> None:
    store, within = database
    await store.migrate()
    await within(storing(*CALLS, *CONVERSATIONS))
    async with store:
        assert await store.reader.call(CALLS[0].id) == CALLS[0]


@pytest.mark.parametrize("to", ["0008", "base"])
async def test_going_back_and_up_again_finds_the_same(database: tuple[Store, Within], to: str) -> None:
    store, within = database
    await store.migrate()
    await within(lambda connection: migrating.downgrade(connection, to))
    await within(lambda connection: migrating.upgrade(connection, "0008"))
    await within(storing(*CALLS))
    await store.migrate()
    async with store:
        assert await store.reader.with_copies(LATER, 9) == (CALLS[0].id, CALLS[3].id)

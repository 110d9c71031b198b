"""What `fill` makes is what Titus would have stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.fill import fill
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.calls.evidence import outcome
from titus_core.calls.history import AnyCallEvent, fold
from titus_core.calls.model import Outcome
from titus_core.calls.ports import CallFilter

CALLS = 100


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """A store that was filled twice."""
    if request.param == "sqlite":
        path = tmp_path / "titus.db"
        store: Any = SqliteStore(SqliteSettings(path))
    else:
        path = request.getfixturevalue("empty_postgres_url")
        store = PostgresStore(PostgresSettings(str(path)))
    fill(path, 60)
    fill(path, 40)
    async with store:
        yield store


async def test_rows_events_and_calls_agree(store: Any) -> None:
    rows = (await store.reader.calls(CallFilter(), 2 * CALLS, None)).items
    assert len(rows) == len({row.sid for row in rows}) == CALLS
    for row in rows:
        call = await store.reader.call(row.sid)
        recorded = await store.reader.events(row.sid)
        assert all(event.data.__class__ is msgspec.Raw and row.sid in str(bytes(event.data)) for event in recorded)
        folded = fold((msgspec.json.decode(event.data, type=AnyCallEvent), event.at) for event in recorded)
        assert folded is not None
        assert msgspec.structs.replace(folded, version=call.version) == call
        shown = (row.from_number, row.status, row.outcome, row.duration, row.created_at, row.updated_at)
        assert shown == (call.from_number, call.status, outcome(call), call.duration, call.seen_at, call.news_at)


async def test_it_is_like_a_life(store: Any) -> None:
    rows = (await store.reader.calls(CallFilter(), 2 * CALLS, None)).items
    assert {row.outcome for row in rows} == {Outcome.ANSWERED, Outcome.VOICEMAIL, Outcome.CALLER_HUNG_UP, None}
    assert len(await store.reader.live()) == 60 // 20 + 40 // 20
    assert len({row.from_number for row in rows}) == CALLS
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert hour_ago - timedelta(hours=1) <= rows[0].created_at <= hour_ago + timedelta(hours=1)
    assert await store.reader.waiting(datetime.now(UTC), 1) == ()

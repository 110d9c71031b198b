"""The disk is full, and later it is not: callers are served, reports are repeated, reading goes on, readiness tells of
it, and everything works again without a restart."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

import httpx
import pytest

from tests.faults.small_disk import small_disk, why_not
from tests.faults.test_real_databases import BEFORE, in_trouble, out_of_trouble, staffed
from tests.faults.test_store_in_trouble import post, verbs
from tests.journeys.stage import Stage
from tests.postgres_server import Cluster
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.connecting import ready_to_write
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.kernel.ids import CallId
from titus_http.bootstrap import TEST_BASE_URL

WAITING = CallId("CA" + "3" * 32)
MOST_REPORTS = 500

mountable = pytest.mark.skipif(bool(why_not()), reason=why_not())


class Space(Protocol):
    """The room on a disk."""

    def fill(self) -> None: ...
    def clear(self) -> None: ...


class Pretended:
    """SQLite says that the disk is full whenever something would be written."""

    def __init__(self) -> None:
        self._is_full = False

    def fill(self) -> None:
        self._is_full = True

    def clear(self) -> None:
        self._is_full = False

    def connect(self, settings: SqliteSettings) -> sqlite3.Connection:
        space = self

        class Limited(sqlite3.Connection):
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                if space._is_full and sql.startswith(("INSERT", "UPDATE", "DELETE", "PRAGMA user_version")):
                    raise sqlite3.OperationalError("database or disk is full")
                return super().execute(sql, parameters)

        connection = sqlite3.connect(settings.path, factory=Limited, isolation_level=None)
        return ready_to_write(connection, settings)


@asynccontextmanager
async def pretended(template: Path, home: Path) -> AsyncIterator[tuple[Any, Space]]:
    space = Pretended()
    shutil.copy(template, home / "titus.db")
    async with SqliteStore(SqliteSettings(home / "titus.db"), connect=space.connect) as store:
        yield store, space


@asynccontextmanager
async def sqlite_on_a_small_disk(template: Path, home: Path) -> AsyncIterator[tuple[Any, Space]]:
    with small_disk(2) as disk:
        shutil.copy(template, disk.path / "titus.db")
        async with SqliteStore(SqliteSettings(disk.path / "titus.db")) as store:
            yield store, disk


@asynccontextmanager
async def postgres_on_a_small_disk(template: Path, home: Path) -> AsyncIterator[tuple[Any, Space]]:
    with small_disk(300) as disk:
        (disk.path / "server").mkdir()
        server = Cluster(disk.path / "server")
        await asyncio.to_thread(server.create)
        await asyncio.to_thread(server.start)
        try:
            store = PostgresStore(PostgresSettings(server.url))
            await store.migrate()
            async with store:
                yield store, disk
        finally:
            await asyncio.to_thread(server.stop)


@pytest.mark.parametrize(
    "place",
    [
        pretended,
        pytest.param(sqlite_on_a_small_disk, marks=mountable),
        pytest.param(postgres_on_a_small_disk, marks=mountable),
    ],
)
async def test_a_full_disk(place: Any, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with place(sqlite_template, tmp_path) as (store, space):
        stage = await staffed(store, waiting_for=_waits_for(store))
        await one_waits(stage, monkeypatch)
        await fill_up(stage, space)
        await in_trouble(stage, space.fill)
        space.fill()
        await stage.titus.ticker.once()
        assert (await stage.call(BEFORE)).live
        assert len(await store.reader.waiting(stage.world.clock.now() + timedelta(hours=2), 9)) == 1
        assert await status(stage, "health") == 200
        if place is not postgres_on_a_small_disk:  # a question tells nothing of a server's disk
            assert 503 in [await readiness(stage, space.fill) for _ in range(3)]
        space.clear()
        assert await readiness(stage) == 200
        await out_of_trouble(stage)
        await stage.twilio.run_for(60)
        assert (await stage.call(WAITING)).arrived_at is not None


def _waits_for(store: Any) -> Any:
    async def waiting_for() -> tuple[str, ...]:
        await store.ping()
        return ()

    return waiting_for


async def status(stage: Stage, path: str) -> int:
    app: Any = stage.titus.app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=TEST_BASE_URL) as client:
        return (await client.get(f"/api/{path}")).status_code


async def readiness(stage: Stage, before: Callable[[], object] = lambda: None) -> int:
    """A store that failed begins with an empty log, and in the room of the old one a question may be answered."""
    before()
    return await status(stage, "health/ready")


async def one_waits(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery that is stored, and to be worked on later."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours")

    with monkeypatch.context() as patch:
        patch.setattr("titus_core.calls.answer_call.make_plan", broken)
        assert "Dial" not in verbs(await post(stage, "inbound", CallSid=WAITING))


async def fill_up(stage: Stage, space: Space) -> None:
    """What is begun still has room, for large things first, and each table its own: use it."""
    random = Random(1)  # noqa: S311
    numbers = iter(range(MOST_REPORTS))

    async def has_room(path: str, **fields: str) -> bool:
        space.fill()
        return (await post(stage, path, **fields)).status_code != 503

    for size in (4000, 400, 4):
        while await has_room("debugger", Sid=f"NO{next(numbers)}", Payload=random.randbytes(size).hex()):
            pass
    while await has_room("status", CallSid=f"CA{next(numbers):032}", CallStatus="completed", CallDuration="9"):
        pass

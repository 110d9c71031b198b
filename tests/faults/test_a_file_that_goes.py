"""The database file is moved away, replaced or spoilt under a running server: it says so, serves callers without it,
and goes on with the next file. What it acknowledged is in the file that has its name."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.examples import a_call
from tests.contracts.stores import save_calls
from tests.faults.http_line import Asked, Line, request
from tests.faults.live.processes import Server
from tests.faults.load import move_in, settings, stands_in, webhook
from tests.faults.outages import SERVE
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId


class Standing:
    """A server process on `file`."""

    def __init__(self, file: Path, server: Server) -> None:
        self.file, self.server = file, server
        self._line = Line(server.port)

    async def call(self, number: int) -> Asked:
        """The first webhook of a call."""
        return await self._line.ask(webhook("inbound", f"CA{number:032}", CallStatus="ringing"))

    async def until_not_ready(self) -> None:
        """The form of the tables is looked at now and then."""
        async with asyncio.timeout(10):
            while await self.health() != (200, 503):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.1)

    async def health(self) -> tuple[int, int]:
        """Of the process, and of its readiness."""
        paths = ("/api/health", "/api/health/ready")
        alive, ready = [(await self._line.ask(request("GET", path, {}))).status for path in paths]
        return alive, ready

    def hang_up(self) -> None:
        self._line.close()

    async def stop(self) -> int:
        self.hang_up()
        return await asyncio.to_thread(self.server.stop)


@pytest.fixture
async def standing(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Standing]:
    file = Path(shutil.copy(sqlite_template, tmp_path / "titus.db"))
    async with SqliteStore(SqliteSettings(file)) as store:
        await move_in(store)
    server = Server(SERVE, settings(f"sqlite:///{file}", tmp_path), tmp_path / "log")
    await server.start()
    standing = Standing(file, server)
    yield standing
    standing.hang_up()
    server.end_for_sure()


def move_away(file: Path) -> None:
    for part in file.parent.glob("titus.db*"):
        if part.suffix != ".lock":
            part.rename(part.with_name(f"old-{part.name}"))


async def stored(file: Path, number: int) -> bool:
    async with SqliteStore(SqliteSettings(file)) as store:
        return await store.reader.call(CallId(f"CA{number:032}")) is not None


async def test_a_file_that_is_gone_is_not_written_into(standing: Standing) -> None:
    assert not stands_in(await standing.call(1))
    move_away(standing.file)
    assert stands_in(await standing.call(2))
    assert await standing.health() == (200, 503)
    assert not standing.file.exists(), "an empty database would look like one without calls"
    for part in standing.file.parent.glob("old-titus.db*"):
        part.rename(part.with_name(part.name.removeprefix("old-")))
    assert not stands_in(await standing.call(3))
    assert await standing.health() == (200, 200)
    assert await standing.stop() == 0
    assert await stored(standing.file, 1)
    assert await stored(standing.file, 3)


async def test_another_file_in_its_place_is_used_from_then_on(standing: Standing, sqlite_template: Path) -> None:
    assert not stands_in(await standing.call(1))
    move_away(standing.file)
    shutil.copy(sqlite_template, standing.file)
    await standing.call(2)
    assert (await standing.call(2)).status == 200
    assert await standing.health() == (200, 200)
    assert await standing.stop() == 0
    assert [await stored(standing.file, number) for number in (1, 2)] == [False, True]


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be read as one" * 100])
async def test_a_file_that_is_no_database_of_ours_makes_it_not_ready(standing: Standing, content: bytes) -> None:
    assert not stands_in(await standing.call(1))
    move_away(standing.file)
    standing.file.write_bytes(content)
    for number in (2, 3):
        assert stands_in(await standing.call(number))
    await standing.until_not_ready()
    assert await standing.stop() == 0


async def test_what_is_read_is_read_from_the_file_that_has_the_name(sqlite_template: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "titus.db"))
    async with SqliteStore(SqliteSettings(file)) as store:
        await save_calls(store, a_call())
        assert len(await store.reader.live()) == 1
        move_away(file)
        with pytest.raises(Unavailable):
            await store.reader.live()
        shutil.copy(sqlite_template, file)
        assert await store.reader.live() == ()

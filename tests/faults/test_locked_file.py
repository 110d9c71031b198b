"""Another program holds the SQLite file for itself: for a moment nobody notices, and for longer nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.test_real_databases import staffed
from tests.faults.test_store_in_trouble import post
from tests.journeys.stage import Stage
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.kernel.ids import CallId

A_MOMENT = 0.25
CALLERS = [f"CA{number:032}" for number in range(10, 22)]
HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(file: Path) -> Iterator[None]:
    """By another process, until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_template, tmp_path / "titus.db"))


async def everybody(stage: Stage, path: str, **fields: str) -> list[tuple[int, str]]:
    answers = await asyncio.gather(*(post(stage, path, CallSid=sid, **fields) for sid in CALLERS))
    return [(answer.status_code, answer.text) for answer in answers]


async def all_are_stored(stage: Stage) -> bool:
    calls = [await stage.store.reader.call(CallId(sid)) for sid in CALLERS]
    return all(call is not None and not call.live for call in calls)


async def test_a_moment_is_waited_for(file: Path) -> None:
    async with SqliteStore(SqliteSettings(file)) as store:
        stage = await staffed(store)
        with held(file):
            asking = asyncio.create_task(everybody(stage, "inbound"))
            telling = asyncio.create_task(everybody(stage, "status", CallStatus="completed", CallDuration="5"))
            await asyncio.sleep(A_MOMENT)
            assert not asking.done()
        assert {status for status, _ in [*await asking, *await telling]} == {200}
        assert "<Redirect" not in "".join(text for _, text in await asking), "nobody was asked to wait"
        assert await all_are_stored(stage)


async def test_longer_is_told_and_repeated(file: Path) -> None:
    async with SqliteStore(SqliteSettings(file, busy_seconds=0.05)) as store:
        stage = await staffed(store)
        with held(file):
            asked = await everybody(stage, "inbound")
            told = await everybody(stage, "status", CallStatus="completed", CallDuration="5")
        assert {status for status, _ in asked} == {200}
        assert all("<Redirect" in text for _, text in asked), "everybody is asked to wait"
        assert {status for status, _ in told} == {503}
        assert not await all_are_stored(stage)
        again = await everybody(stage, "fallback?turn=1", CallStatus="in-progress")
        told = await everybody(stage, "status", CallStatus="completed", CallDuration="5")
        assert {status for status, _ in [*again, *told]} == {200}
        assert await all_are_stored(stage)

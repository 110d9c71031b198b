"""Five hundred clients that hang, before a server process: callers do not notice, and it ends when it is told to."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from pathlib import Path

from tests.faults.live.processes import Server
from tests.faults.load import Load, lost_or_double, move_in, settings
from tests.faults.outages import SERVE
from tests.faults.stops import HANGING, WITHIN, hang
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore

CROWD = 500
RELAXED = 1.0
"""Seconds for a webhook; 0.25 on a machine with nothing else to do."""


async def test_callers_do_not_notice_five_hundred_clients_that_hang(sqlite_template: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "titus.db"))
    server = Server(SERVE, settings(f"sqlite:///{file}", tmp_path), tmp_path / "log")
    async with SqliteStore(SqliteSettings(file)) as store:
        await move_in(store)
        await server.start()
        crowd = [hang(server.port, HANGING[number % len(HANGING)]) for number in range(CROWD)]
        try:
            load = Load(server.port, callers=2)
            load.start()
            await asyncio.sleep(1.5)
            await load.end()
            told = time.monotonic()
            assert await asyncio.to_thread(server.stop) == 0
            assert time.monotonic() - told < WITHIN
        finally:
            server.end_for_sure()
            for client in crowd:
                client.close()
        assert await lost_or_double(store, load) == []
    assert {each.status for each in load.asked} == {200}
    assert statistics.median(each.seconds for each in load.asked) < RELAXED

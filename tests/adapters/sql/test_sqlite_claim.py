"""One server or worker per file; commands beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.sql.units import save_call
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId

_CLAIM = """
import sys
from pathlib import Path
from titus_adapters.sqlite.claiming import Claim
Claim(Path(sys.argv[1])).take()
print("taken", flush=True)
sys.stdin.read()
"""


async def test_a_second_server_is_refused_with_the_first_ones_process(sqlite_settings: SqliteSettings) -> None:
    first, second = SqliteStore(sqlite_settings), SqliteStore(sqlite_settings)
    first.claim()
    await first.open()
    with pytest.raises(Unavailable, match=rf"process {os.getpid()}\) uses .*titus\.db"):
        second.claim()
    await first.close()
    second.claim()
    await second.open()
    await second.close()


async def test_a_short_command_works_beside_the_server(sqlite_settings: SqliteSettings) -> None:
    server = SqliteStore(sqlite_settings)
    server.claim()
    async with server, SqliteStore(sqlite_settings) as command:
        await command.transact(save_call, "CA1")
        assert await server.reader.call(CallId("CA1"))


def test_a_killed_process_leaves_no_claim_behind(sqlite_settings: SqliteSettings) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _CLAIM, str(sqlite_settings.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path.cwd(),
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"taken\n"
        store = SqliteStore(sqlite_settings)
        with pytest.raises(Unavailable, match=str(process.pid)):
            store.claim()
        process.kill()
    store.claim()


def test_a_claim_holds_on_a_full_disk(sqlite_settings: SqliteSettings) -> None:
    lock = sqlite_settings.path.with_name(sqlite_settings.path.name + ".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.symlink_to("/dev/full")
    SqliteStore(sqlite_settings).claim()
    with pytest.raises(Unavailable, match="another Titus server"):
        SqliteStore(sqlite_settings).claim()


def test_no_place_for_the_lock_is_unavailable(sqlite_settings: SqliteSettings) -> None:
    sqlite_settings.path.with_name(sqlite_settings.path.name + ".lock").mkdir(parents=True)
    with pytest.raises(Unavailable, match="cannot be made: Is a directory"):
        SqliteStore(sqlite_settings).claim()

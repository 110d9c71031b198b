"""One life of a server on a disk: units of work, a few at a time, until the power is cut."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TypeAlias

import msgspec

from tests.faults.power.connection import ApswConnection
from tests.faults.power.disk import Disk, Plan
from tests.faults.power.vfs import PowerVfs, registered
from tests.faults.power.workload import Unit
from titus_adapters.sqlite.connecting import ready_to_write
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.kernel.errors import Unavailable

NAME = "titus.db"

Prepare: TypeAlias = Callable[[ApswConnection, SqliteSettings], sqlite3.Connection]


def as_titus_does(connection: ApswConnection, settings: SqliteSettings) -> sqlite3.Connection:
    return ready_to_write(connection.as_sqlite3(), settings)


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """How a life is lived. `together`: so many units of work in one commit; `restarts`: how often, from 0 to 1, the
    server is stopped between two commits and started again."""

    checkpoint_at: int | None = None
    together: int = 1
    restarts: float = 0.0
    prepare: Prepare = as_titus_does


class Life(msgspec.Struct, frozen=True):
    """`told`: for each unit that was tried, whether its caller was told that it is done. `left`: the files that the
    disk held when the power came back. `operations`: how many the disk had seen."""

    told: list[bool]
    left: Mapping[str, bytes]
    operations: int


def lived(files: Mapping[str, bytes], units: Sequence[Unit], plan: Plan, random: Random, habits: Habits) -> Life:
    """Ends with a cut at the latest after the last unit of work."""
    disk = Disk(files, plan, random)
    with registered(disk) as vfs, tempfile.TemporaryDirectory(dir=memory()) as folder:
        put(files, Path(folder))
        told = asyncio.run(_worked(SqliteSettings(Path(folder) / NAME), units, vfs, random, habits))
    return Life(told, disk.files(), disk.count)


def on_disk(settings: SqliteSettings, vfs: PowerVfs, habits: Habits) -> SqliteStore:
    """A store whose writer is on this disk. Its readers are not: two copies of SQLite in one process must not meet
    in one file. Not to be read from."""

    def connect(settings: SqliteSettings) -> sqlite3.Connection:
        return habits.prepare(ApswConnection(settings.path, vfs, checkpoint_at=habits.checkpoint_at), settings)

    return SqliteStore(settings, connect=connect)


def memory() -> str | None:
    """Where files cost nothing: how slow a disk is does not matter here."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def put(files: Mapping[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


async def _worked(
    settings: SqliteSettings, units: Sequence[Unit], vfs: PowerVfs, random: Random, habits: Habits
) -> list[bool]:
    told: list[bool] = []
    while not vfs.disk.off:
        store = on_disk(settings, vfs, habits)
        try:
            await store.open()
        except Unavailable:
            continue
        going_on = True
        while going_on and len(told) < len(units) and not vfs.disk.off:
            told += await together(store, units[len(told) : len(told) + habits.together])
            going_on = random.random() >= habits.restarts
        vfs.disk.off = vfs.disk.off or len(told) == len(units)
        await store.close()
    return told


async def together(store: SqliteStore, units: Sequence[Unit]) -> list[bool]:
    """Run these in one commit."""
    tasks = [asyncio.create_task(store.transact(unit.work, unit.command)) for unit in units]
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    return [not isinstance(outcome, BaseException) for outcome in outcomes]

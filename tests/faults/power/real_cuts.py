"""Cuts a real disk off under a program that stores report after report, again and again, and looks what is left."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Protocol

from tests.faults.power.real_disk import RealDisk, real_disk
from tests.faults.power.reports import lost, store_of
from tests.postgres_server import Cluster

ROOT = Path(__file__).parents[3]


class Database(Protocol):
    """What lies on the disk."""

    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def die(self) -> None:
        """At once, with the machine."""
        ...


class File:
    """SQLite."""

    def __init__(self, disk: RealDisk) -> None:
        self.url = str(disk.path / "titus.db")

    def start(self) -> None: ...
    def die(self) -> None: ...


class Server:
    """PostgreSQL."""

    def __init__(self, disk: RealDisk, *, careless: bool) -> None:
        self._home = disk.path / "server"
        self._home.mkdir()
        self._cluster = Cluster(self._home, fsync=not careless)
        self._cluster.create()
        self.url = self._cluster.url
        self._postmaster: int | None = None

    def start(self) -> None:
        for lock in ("data/postmaster.pid", ".s.PGSQL.5432.lock"):  # of a process before the machine went down
            (self._home / lock).unlink(missing_ok=True)
        self._cluster.start()
        self._postmaster = self._cluster.processes()[0]

    def die(self) -> None:
        if self._postmaster is not None:
            with suppress(ProcessLookupError):
                os.kill(self._postmaster, signal.SIGQUIT)
        self._postmaster = None


def cut_again_and_again(kind: str, times: int, seed: int, *, careless: bool = False) -> list[str]:
    """What was lost; `kind` is "sqlite" or "postgres". `careless`: it does not wait for its disk."""
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    told: dict[int, int] = {}
    with real_disk() as disk, _database(kind, disk, careless=careless) as database:
        asyncio.run(store_of(database.url).migrate())
        disk.sync()
        for time_ in range(times):
            told |= _told_until_cut(database, disk, random.uniform(0, 0.2), careless=careless)
            disk.unmount()
            disk.mount()
            try:
                database.start()
                found = asyncio.run(_look(database.url, told))
            except Exception as error:  # noqa: BLE001  # a damaged database may show itself in any way
                found = [f"{type(error).__name__}: {error}"]
            if found:
                return [f"{kind}, seed {seed}, cut {time_ + 1}: {fault}" for fault in found]
    return []


@contextmanager
def _database(kind: str, disk: RealDisk, *, careless: bool) -> Iterator[Database]:
    database: Database = File(disk) if kind == "sqlite" else Server(disk, careless=careless)
    try:
        database.start()
        yield database
    finally:
        database.die()


def _told_until_cut(database: Database, disk: RealDisk, seconds: float, *, careless: bool) -> dict[int, int]:
    """The last report of each caller that the program told of before the cut.

    What it told of meanwhile does not count: ext4 reports success for a sync that is under way when it is shut down,
    though it forgets the file's new length (a bare loop of pwrite and fdatasync shows it in every tenth cut)."""
    command = [sys.executable, "-m", "tests.faults.power.reports", database.url, *["careless"] * careless]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline()]
        assert lines[0], f"nothing could be stored in {database.url}"
        time.sleep(seconds)
        cut_at = time.monotonic_ns()
        disk.cut()
        program.kill()
        database.die()
        lines += program.stdout.readlines()
    told = [[int(word) for word in line.split()] for line in lines]
    return {caller: number for caller, number, instant in told if instant < cut_at}


async def _look(url: str, told: dict[int, int]) -> list[str]:
    async with store_of(url) as store:
        found = await lost(store, told)
        for caller in told:
            told[caller] = len(await store.reader.events(f"CA{caller}"))
    return found

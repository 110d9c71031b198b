"""The one owner of the write connection: a thread that runs units of work and commits them in groups.

A commit waits for the disk, whether it carries one unit of work or sixty-four; so it carries all that are waiting.
Nobody is told of success before the commit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from titus_adapters.sqlite.connecting import Connect, identity
from titus_adapters.sqlite.failures import TROUBLE
from titus_adapters.sqlite.job import Job
from titus_adapters.sqlite.no_loop import NoLoop
from titus_adapters.sqlite.settings import SqliteSettings
from titus_core.kernel.errors import Unavailable

R = TypeVar("R")

AT_ONCE = 64


class Writer:
    """Runs on its own thread from `start` to `stop`."""

    def __init__(self, settings: SqliteSettings, connect: Connect) -> None:
        self._settings, self._connect = settings, connect
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._failed = False
        self._file: tuple[int, int] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._thread = Thread(target=self._work_off, name="sqlite-writer", daemon=True)

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Finish what is waiting, then end the thread."""
        if self._loop is None:
            return
        self._stopping = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    async def run(self, act: Callable[[sqlite3.Connection], R]) -> R:
        """Done when it is on the disk. A caller who is cancelled does not undo it."""
        if self._loop is None or self._stopping:
            raise Unavailable("the SQLite store is not open")
        future: asyncio.Future[R] = self._loop.create_future()
        self._queue.put(Job(act, future))
        return await future

    def _work_off(self) -> None:
        asyncio.set_event_loop(NoLoop())  # type: ignore[abstract]  # nobody may ask it for more
        going_on = True
        while going_on:
            jobs, going_on = self._gather()
            if jobs:
                self._serve(jobs)
                self._deliver(jobs)
        self._disconnect()

    def _gather(self) -> tuple[list[Job], bool]:
        """At least one job, and those that wait behind it; False with the last ones."""
        jobs: list[Job] = []
        job = self._queue.get()
        with suppress(Empty):
            while job is not None:
                jobs.append(job)
                if len(jobs) == AT_ONCE:
                    return jobs, True
                job = self._queue.get_nowait()
        return jobs, job is not None

    def _serve(self, jobs: list[Job]) -> None:
        try:
            connection = self._begin()
        except TROUBLE as error:  # nothing ran: all fare alike, and at once
            self._fail(jobs, error)
            return
        try:
            for job in jobs:
                job.run(connection)
            connection.execute("COMMIT")
        except TROUBLE as error:
            self._start_over(jobs, error)
            return
        if identity(self._settings) != self._file:
            self._failed = True
            self._fail(jobs, sqlite3.OperationalError(f"{self._settings.path} is not the file that was opened"))

    def _start_over(self, jobs: list[Job], error: Exception) -> None:
        """Nothing is stored. Each job gets a commit of its own, so that the one at fault takes no other along."""
        self._abandon()
        if len(jobs) == 1:
            self._fail(jobs, error)
            return
        for job in jobs:
            self._serve([job])

    def _begin(self) -> sqlite3.Connection:
        if self._connection is None or self._failed:
            if self._file is not None and identity(self._settings) is None:
                raise sqlite3.OperationalError(f"{self._settings.path} is gone")  # connecting would make an empty one
            fresh = self._connect(self._settings)
            self._disconnect()
            self._connection, self._file = fresh, identity(self._settings)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except TROUBLE as error:
            somebody_else_writes = getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")
            if not somebody_else_writes:
                self._abandon()
            raise
        return self._connection

    def _fail(self, jobs: list[Job], error: Exception) -> None:
        for job in jobs:
            job.fail(error)

    def _abandon(self) -> None:
        """The next job connects again, so a fault that is over is forgotten.

        This connection is closed only then: the last one to go would let the next read the log again, and find in it
        a commit that never reached the disk. What is stored behind such a commit goes with it in a power cut."""
        assert self._connection is not None
        self._failed = True
        with suppress(*TROUBLE):
            self._connection.execute("ROLLBACK")
        if self._connection.in_transaction:
            self._disconnect()

    def _disconnect(self) -> None:
        """Closing rolls back."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection, self._failed = None, False

    def _deliver(self, jobs: list[Job]) -> None:
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(_deliver_all, jobs)


def _deliver_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.deliver()

"""The one owner of the write connection: runs units of work in batches, and commits a batch at once.

A commit waits for the disk, whether it carries one unit of work or sixty-four; so it carries all that are waiting.
Nobody is told of success before the commit.

Units of work run on the loop, commits and everything that may take its time on a thread: SQLite gives up Python's lock
at every statement, and a thread that runs statements beside a busy loop waits for it each time (decision 0014).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

from titus_adapters.sqlite.connecting import Connect, identity, wait_for_others
from titus_adapters.sqlite.failures import TROUBLE
from titus_adapters.sqlite.job import Job
from titus_adapters.sqlite.no_loop import no_loop
from titus_adapters.sqlite.settings import SqliteSettings
from titus_core.kernel.errors import Unavailable

R = TypeVar("R")

AT_ONCE = 64


class Writer:
    """Takes work from `start` to `stop`. At any time either the loop or the thread has the connection."""

    def __init__(self, settings: SqliteSettings, connect: Connect) -> None:
        self._settings, self._connect = settings, connect
        self._waiting: deque[Job] = deque()
        self._slow: SimpleQueue[Callable[[], list[Job]] | None] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._failed = False
        self._file: tuple[int, int] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._idle = True
        self._rest = asyncio.Event()
        self._thread = Thread(target=self._work_off, name="sqlite-writer", daemon=True)

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Finish what is waiting, then end the thread."""
        if self._loop is None:
            return
        self._stopping = True
        if not self._idle:
            await self._rest.wait()
        self._slow.put(None)
        await asyncio.to_thread(self._thread.join)

    async def run(self, act: Callable[[sqlite3.Connection], R]) -> R:
        """Done when it is on the disk. A caller who is cancelled does not undo it."""
        if self._loop is None or self._stopping:
            raise Unavailable("the SQLite store is not open")
        future: asyncio.Future[R] = self._loop.create_future()
        self._waiting.append(Job(act, future))
        if self._idle:
            self._idle = False
            self._loop.call_soon(self._next)  # whoever else comes in this turn of the loop is in the batch
        return await future

    def _next(self) -> None:
        """Run those who wait, on the loop, and have the thread commit."""
        if not self._waiting:
            self._idle = True
            if self._stopping:
                self._rest.set()
            return
        jobs = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        self._slow.put(self._run_now(jobs))

    def _run_now(self, jobs: list[Job]) -> Callable[[], list[Job]]:
        """What is left to do on the thread: all of it, if the write lock or the connection cannot be had at once."""
        connection = self._connection
        if connection is None or self._failed:
            return lambda: self._serve(jobs)
        try:
            connection.execute("BEGIN IMMEDIATE")
        except TROUBLE:
            return lambda: self._serve(jobs)
        try:
            _run_all(jobs, connection)
        except TROUBLE as error:
            trouble = error
            return lambda: self._start_over(jobs, trouble)
        return lambda: self._commit(jobs, connection)

    def _work_off(self) -> None:
        while (todo := self._slow.get()) is not None:
            self._deliver(todo())
        self._disconnect()

    def _serve(self, jobs: list[Job]) -> list[Job]:
        """A whole batch, with patience."""
        try:
            connection = self._begin()
        except TROUBLE as error:  # nothing ran: all fare alike, and at once
            return self._fail(jobs, error)
        try:
            _run_all(jobs, connection)
        except TROUBLE as error:
            return self._start_over(jobs, error)
        return self._commit(jobs, connection)

    def _commit(self, jobs: list[Job], connection: sqlite3.Connection) -> list[Job]:
        try:
            connection.execute("COMMIT")
        except TROUBLE as error:
            return self._start_over(jobs, error)
        if identity(self._settings) != self._file:
            self._failed = True
            gone = sqlite3.OperationalError(f"{self._settings.path} is not the file that was opened")
            return self._fail(jobs, gone)
        return jobs

    def _start_over(self, jobs: list[Job], error: Exception) -> list[Job]:
        """Nothing is stored. Each job gets a commit of its own, so that the one at fault takes no other along."""
        self._abandon()
        if len(jobs) == 1:
            return self._fail(jobs, error)
        for job in jobs:
            self._serve([job])
        return jobs

    def _begin(self) -> sqlite3.Connection:
        if self._connection is None or self._failed:
            if self._file is not None and identity(self._settings) is None:
                raise sqlite3.OperationalError(f"{self._settings.path} is gone")  # connecting would make an empty one
            fresh = self._connect(self._settings)
            self._disconnect()
            self._connection, self._file = fresh, identity(self._settings)
        try:
            with wait_for_others(self._connection, self._settings):
                self._connection.execute("BEGIN IMMEDIATE")
        except TROUBLE as error:
            somebody_else_writes = getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")
            if not somebody_else_writes:
                self._abandon()
            raise
        return self._connection

    def _fail(self, jobs: list[Job], error: Exception) -> list[Job]:
        for job in jobs:
            job.fail(error)
        return jobs

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
            self._loop.call_soon_threadsafe(self._delivered, jobs)

    def _delivered(self, jobs: list[Job]) -> None:
        for job in jobs:
            job.deliver()
        assert self._loop is not None
        self._loop.call_soon(self._next)  # answers go out first, and who has come meanwhile joins the batch


def _run_all(jobs: list[Job], connection: sqlite3.Connection) -> None:
    with no_loop():
        for job in jobs:
            job.run(connection)

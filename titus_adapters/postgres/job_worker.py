"""PgQueuer hands out the jobs on PostgreSQL: to as many workers, on as many machines, as there are.

It has a connection of its own, and begins anew on another one whenever that is lost: on a pool it would fall back to
asking now and then, without a word (`storage.md`, Jobs).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import asyncpg

from titus_adapters.postgres.failures import GONE
from titus_adapters.postgres.pgqueuer_names import names
from titus_adapters.postgres.pool import connection_options
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.sql.jobs import PAYLOAD
from titus_adapters.working import LOOKS_EVERY, verdict_in_time
from titus_core.jobs.model import Done, GivenUp, Job, JobId, JobState, Later
from titus_core.jobs.ports import MOST_OF_A_KIND, Attempt
from titus_core.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pgqueuer import PgQueuer
    from pgqueuer.models import Job as Picked

BATCH = 4
AT_ONCE = 8
"""PgQueuer wants at least twice the batch."""

HEARTBEAT = timedelta(seconds=10)
"""A job whose worker said nothing for so long is handed to another."""

ASKS_EVERY = timedelta(seconds=5)
"""How often the queue is asked although no notice came."""

_BEGUN = """
    UPDATE pgqueuer SET headers = coalesce(nullif(headers, 'null'), '{}') || jsonb_build_object('tries', $2::int)
    WHERE id = $1"""
_FAILED = """
    UPDATE pgqueuer SET headers = coalesce(nullif(headers, 'null'), '{}') || jsonb_build_object('error', $2::text)
    WHERE id = $1"""

_LOG = logging.getLogger("titus.jobs")


class GaveUp(Exception):
    """Tells PgQueuer to hold the job for a person."""


def _is_news(record: logging.LogRecord) -> bool:
    """PgQueuer logs every job that it holds as an error of ours, with a stack, and ten times a second that its
    connection is lost. That a person must look, and that work begins anew, is told already."""
    return record.exc_info is None or not isinstance(record.exc_info[1], (GaveUp, *GONE))


class PostgresWorker:
    """`JobWorker`."""

    def __init__(self, settings: PostgresSettings) -> None:
        self._settings = settings
        self._engine: PgQueuer | None = None
        self._main: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._trying: set[asyncio.Task[Any]] = set()

    async def start(self, kinds: Collection[str], attempt: Attempt) -> None:
        self._stopping.clear()
        async with self._connected():
            pass  # whoever cannot connect now hears of it; later failures are tried again
        self._main = asyncio.create_task(self._begin_anew(frozenset(kinds), attempt), name="jobs")

    async def stop(self, seconds: float) -> None:
        if self._main is None:
            return
        self._stopping.set()
        if self._engine is not None:
            self._engine.shutdown.set()
        _, late = await asyncio.wait({self._main}, timeout=seconds)
        for task in self._trying if late else ():
            task.cancel()
        await self._main
        self._main = None

    async def _begin_anew(self, kinds: frozenset[str], attempt: Attempt) -> None:
        while not self._stopping.is_set():
            try:
                async with self._connected() as connection:
                    await self._work_off(connection, kinds, attempt)
            except Exception as error:  # noqa: BLE001 (nothing may end the worker; it is logged)
                _LOG.error("working off jobs was interrupted, and begins anew: %r", error)
                await asyncio.sleep(LOOKS_EVERY)

    async def _work_off(self, connection: Any, kinds: frozenset[str], attempt: Attempt) -> None:
        await asyncio.to_thread(import_module, "pgqueuer")  # on the loop it would keep callers waiting
        from pgqueuer import PgQueuer, Queries  # 0.4 s and 40 MB that only a worker needs
        from pgqueuer.adapters.persistence import qb
        from pgqueuer.core import logconfig
        from pgqueuer.db import AsyncpgDriver

        logconfig.logger.addFilter(_is_news)
        settings = names()
        driver = AsyncpgDriver(connection)
        queries = Queries(
            driver,
            qb.QueryBuilderEnvironment(settings),
            qb.QueryQueueBuilder(settings),
            qb.QuerySchedulerBuilder(settings),
        )
        engine = self._engine = PgQueuer(driver, channel=settings.channel, queries=queries)

        async def handle(picked: Picked) -> None:
            await self._handle(driver, picked, attempt)

        for kind in sorted(kinds):
            engine.entrypoint(kind, concurrency_limit=MOST_OF_A_KIND, on_failure="hold", accepts_context=False)(handle)
        if self._stopping.is_set():
            return
        await engine.qm.run(
            batch_size=BATCH, max_concurrent_tasks=AT_ONCE, dequeue_timeout=ASKS_EVERY, heartbeat_timeout=HEARTBEAT
        )

    async def _handle(self, driver: Any, picked: Picked, attempt: Attempt) -> None:
        from pgqueuer.errors import RetryRequested

        job = _job(picked)
        await driver.execute(_BEGUN, job.id, job.tries)
        task = asyncio.ensure_future(verdict_in_time(job, attempt))
        self._trying.add(task)
        try:
            verdict = await task
        except asyncio.CancelledError:
            # PgQueuer would delete a cancelled job; this one waits for another worker.
            raise RetryRequested(timedelta(), "the worker stopped") from None
        finally:
            self._trying.discard(task)
        match verdict:
            case Done():
                return
            case Later(seconds=seconds, error=error):
                await driver.execute(_FAILED, job.id, error)
                raise RetryRequested(timedelta(seconds=seconds), error)
            case GivenUp(error=error):
                await driver.execute(_FAILED, job.id, error)
                raise GaveUp(error)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        try:
            connection = await asyncpg.connect(**connection_options(self._settings))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            raise Unavailable(f"PostgreSQL cannot be reached: {error}") from error
        try:
            yield connection
        finally:
            await connection.close(timeout=LOOKS_EVERY)


def _job(picked: Picked) -> Job:
    payload = PAYLOAD.decode(picked.payload or b"{}")
    headers = picked.headers or {}
    tries, error = headers.get("tries", 0), headers.get("error")
    assert isinstance(tries, int)
    return Job(
        id=JobId(picked.id),
        kind=picked.entrypoint,
        subject=payload.subject,
        call_id=payload.call_id,
        state=JobState.RUNNING,
        tries=tries + 1,
        created_at=picked.created,
        due_at=picked.execute_after,
        error=None if error is None else str(error),
    )

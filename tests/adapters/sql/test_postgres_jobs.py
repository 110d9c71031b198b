"""PgQueuer under our worker: the same rows as its own, and a connection that is lost."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from tests.contracts.examples import call_id, envelope, some_events
from tests.contracts.stores import eventually
from titus_adapters.postgres.pgqueuer_names import names
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_core.jobs.model import Done, GivenUp, Job, JobState, NewJob, Verdict
from titus_core.kernel.events import Envelope

KIND = "keep_recording"
CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE '%pgqueuer%' AND query NOT LIKE '%titus_conflict%' AND pid <> pg_backend_pid()"""
"""Ends the worker's connection, and not the store's."""


def causes(event: Envelope) -> tuple[NewJob, ...]:
    return (NewJob(kind=KIND, subject=event.subject.partition(":")[2], call_id=call_id()),)


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with PostgresStore(PostgresSettings(postgres_url), causes=causes) as store:
        yield store


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


async def happen(store: PostgresStore, subject: str) -> None:
    async def work(tx: Any, _: None) -> None:
        tx.record(envelope(some_events()[1], f"call:{subject}", datetime.now(UTC)))

    await store.transact(work, None)


async def test_what_we_store_is_what_pgqueuer_would(store: PostgresStore, connection: Any) -> None:
    from pgqueuer import Queries
    from pgqueuer.adapters.persistence import qb
    from pgqueuer.db import AsyncpgDriver

    await happen(store, "CA1")
    ours = await connection.fetchrow("SELECT * FROM pgqueuer")
    settings = names()
    queries = Queries(AsyncpgDriver(connection), qb.QueryBuilderEnvironment(settings), qb.QueryQueueBuilder(settings))
    await queries.enqueue(KIND, ours["payload"], dedupe_key="another")
    theirs = await connection.fetchrow("SELECT * FROM pgqueuer WHERE dedupe_key = 'another'")
    names_of_its_own = ("id", "created", "updated", "heartbeat", "execute_after", "dedupe_key", "headers")
    told_apart = dict.fromkeys(names_of_its_own)
    assert {**dict(ours), **told_apart} == {**dict(theirs), **told_apart}
    assert (ours["headers"], theirs["headers"]) == (None, "null")  # both: nothing told
    assert ours["dedupe_key"] == f"{KIND}:CA1"


async def test_a_worker_whose_connection_is_lost_begins_anew(
    store: PostgresStore, connection: Any, caplog: pytest.LogCaptureFixture
) -> None:
    tried: asyncio.Queue[str] = asyncio.Queue()
    lost = asyncio.Event()

    async def attempt(job: Job) -> Verdict:
        if not lost.is_set():  # so that nobody hears that it is done
            assert await connection.fetch(CUT)
            lost.set()
        await tried.put(job.subject)
        return Done()

    await store.worker.start((KIND,), attempt)
    async with asyncio.timeout(20):
        await happen(store, "CA1")
        assert await tried.get() == "CA1"
        await happen(store, "CA2")
        assert await tried.get() == "CA2"
    await store.worker.stop(5)
    assert {each.name for each in caplog.records} == {"pgqueuer", "titus.jobs"}
    assert not any(each.exc_info for each in caplog.records), "one line tells it, no stack"


async def test_nothing_of_pgqueuer_is_loaded_by_a_store_that_has_no_worker() -> None:
    code = "import sys, titus_adapters.postgres.store; sys.exit('pgqueuer' in sys.modules or 'pydantic' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == 0


async def test_a_job_for_a_person_is_no_error_of_the_engine(
    store: PostgresStore, caplog: pytest.LogCaptureFixture
) -> None:
    given_up = asyncio.Event()

    async def attempt(job: Job) -> Verdict:
        given_up.set()
        return GivenUp("the model declined")

    async def is_stuck() -> bool:
        return bool((await store.jobs.jobs(JobState.STUCK, 9, None)).items)

    await happen(store, "CA1")
    await store.worker.start((KIND,), attempt)
    await given_up.wait()
    await eventually(is_stuck)
    await store.worker.stop(5)
    assert caplog.records == []

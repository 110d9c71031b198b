"""A worker to be killed: `python -m tests.faults.job_worker STORE FILE` writes a line for each job begun and done."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.contracts.examples import envelope, some_events
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.jobs.model import Done, Job, NewJob, Verdict
from titus_core.kernel.events import Envelope

KIND = "count"


def causes(event: Envelope) -> tuple[NewJob, ...]:
    return (NewJob(kind=KIND, subject=event.subject.partition(":")[2]),)


def a_store(place: str) -> SqliteStore | PostgresStore:
    """On a PostgreSQL address, or a file."""
    if "://" in place:
        return PostgresStore(PostgresSettings(place), causes=causes)
    return SqliteStore(SqliteSettings(Path(place)), causes=causes)


async def happen(store: SqliteStore | PostgresStore, *subjects: str) -> None:
    events = [envelope(some_events()[1], f"call:{subject}", datetime.now(UTC)) for subject in subjects]

    async def work(tx: Any, _: None) -> None:
        tx.record(*events)

    await store.transact(work, None)


async def main(place: str, lines: Path) -> None:
    async def attempt(job: Job) -> Verdict:
        _write(lines, f"began {job.subject} {job.tries}")
        await asyncio.sleep(0.05)
        _write(lines, f"done {job.subject}")
        return Done()

    store = a_store(place)
    store.claim()
    async with store:
        await store.worker.start((KIND,), attempt)
        await asyncio.Event().wait()


def _write(lines: Path, line: str) -> None:
    with lines.open("a") as file:
        file.write(line + "\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))

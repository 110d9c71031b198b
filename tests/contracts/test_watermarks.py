"""`kernel.watermarks.Watermarks`, and jobs that are enqueued without an event."""

from __future__ import annotations

import pytest

from tests.contracts.examples import later
from tests.contracts.stores import Store, read, write
from titus_core.jobs.model import NewJob
from titus_core.kernel.errors import Conflict
from titus_core.kernel.watermarks import Watermark

JOB = NewJob(kind="find_lost_calls", subject="all")


async def test_a_time_is_kept_by_name(store: Store) -> None:
    assert await read(store, lambda tx: tx.watermarks.get("calls")) is None
    await write(store, lambda tx: tx.watermarks.move("calls", Watermark(later(1))))
    await write(store, lambda tx: tx.watermarks.move("texts", Watermark(later(2))))
    assert await read(store, lambda tx: tx.watermarks.get("calls")) == Watermark(later(1), 1)
    await write(store, lambda tx: tx.watermarks.move("calls", Watermark(later(9), 1)))
    assert await read(store, lambda tx: tx.watermarks.get("calls")) == Watermark(later(9), 2)
    await write(store, lambda tx: tx.watermarks.move("calls", Watermark(later(9), 2, "as far as here")))
    assert await read(store, lambda tx: tx.watermarks.get("calls")) == Watermark(later(9), 3, "as far as here")
    assert await read(store, lambda tx: tx.watermarks.get("texts")) == Watermark(later(2), 1)
    assert await store.reader.watermark("texts") == Watermark(later(2), 1)
    assert await store.reader.watermark("nothing") is None


@pytest.mark.parametrize("version", [0, 2])
async def test_another_version_than_the_stored_one_conflicts(store: Store, version: int) -> None:
    await write(store, lambda tx: tx.watermarks.move("calls", Watermark(later(1))))
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.watermarks.move("calls", Watermark(later(2), version)))


async def test_what_was_never_set_cannot_be_changed(store: Store) -> None:
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.watermarks.move("calls", Watermark(later(2), 1)))


async def test_a_job_is_enqueued_once_while_the_same_is_open(store: Store) -> None:
    await write(store, lambda tx: tx.enqueue(JOB, later(0)), lambda tx: tx.enqueue(JOB, later(0)))
    await write(store, lambda tx: tx.enqueue(JOB, later(1)))
    (job,) = (await store.jobs.jobs(None, 9, None)).items
    assert (job.kind, job.subject, job.call_id) == ("find_lost_calls", "all", None)


async def test_a_unit_of_work_that_fails_enqueues_nothing(store: Store) -> None:
    async def work(tx: object, _: None) -> None:
        tx.enqueue(JOB, later(0))  # type: ignore[attr-defined]
        raise LookupError

    with pytest.raises(LookupError):
        await store.transact(work, None)
    assert (await store.jobs.jobs(None, 9, None)).items == ()


async def test_where_to_go_on_is_kept_beside_the_time(store: Store) -> None:
    await write(store, lambda tx: tx.watermarks.move("records", Watermark(later(1), token="ach1.7")))
    assert await read(store, lambda tx: tx.watermarks.get("records")) == Watermark(later(1), 1, "ach1.7")
    await write(store, lambda tx: tx.watermarks.move("records", Watermark(later(2), 1)))
    assert await store.reader.watermark("records") == Watermark(later(2), 2)

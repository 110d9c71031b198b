"""Jobs: caused by events in the same commit, handed to a worker until a verdict is stored, shown to people."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.contracts.examples import call_id, envelope, some_events
from tests.contracts.stores import Backend, Store, eventually, write
from titus_core.calls.events import CallSettled
from titus_core.jobs.model import Done, GivenUp, Job, JobId, JobState, Later, NewJob, Verdict
from titus_core.jobs.ports import MOST_OF_A_KIND, Attempt
from titus_core.kernel.events import Envelope

KIND = "keep_recording"
SOON = 0.3
CALL = call_id()


def causes(event: Envelope) -> tuple[NewJob, ...]:
    """Every event about something asks for a job of that name, except for what is settled: that asks for two."""
    subject = event.subject.partition(":")[2]
    job = NewJob(kind=KIND, subject=subject, call_id=CALL)
    if isinstance(event.event, CallSettled):
        return (job, NewJob(kind="other", subject=subject, wait_seconds=1))
    return (job,)


class Desk:
    """Tries jobs as it is told to, and remembers them."""

    def __init__(self, *verdicts: Verdict) -> None:
        self.tried: list[Job] = []
        self._verdicts = list(verdicts)

    async def __call__(self, job: Job) -> Verdict:
        self.tried.append(job)
        return self._verdicts.pop(0) if self._verdicts else Done()

    async def has_tried(self, count: int) -> None:
        await eventually_in_time(lambda: len(self.tried) >= count)


async def eventually_in_time(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not holds():  # noqa: ASYNC110 (a plain list cannot be waited for)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def working(store: Store, attempt: Attempt, *kinds: str) -> AsyncIterator[None]:
    await store.worker.start(kinds or (KIND, "other"), attempt)
    try:
        yield
    finally:
        await store.worker.stop(5)


@pytest.fixture
async def store(backend: Backend) -> AsyncIterator[Store]:
    store = backend.store(causes)
    await store.open()
    yield store
    await store.close()


async def happen(store: Store, *subjects: str) -> None:
    events = [envelope(some_events()[1], f"call:{subject}", datetime.now(UTC)) for subject in subjects]
    await write(store, lambda tx: tx.record(*events))


async def on_board(store: Store, state: JobState | None = None) -> list[Job]:
    return list((await store.jobs.jobs(state, 100, None)).items)


async def test_nothing_is_to_be_done_at_first(store: Store) -> None:
    assert await on_board(store) == []
    assert await store.jobs.counts() == ()


async def test_a_job_is_there_with_the_commit_that_causes_it(store: Store) -> None:
    before = datetime.now(UTC)
    await happen(store, "CA1")
    (job,) = await on_board(store)
    assert (job.kind, job.subject, job.call_id, job.state, job.tries) == (KIND, "CA1", CALL, JobState.WAITING, 0)
    assert job.error is None
    assert before - timedelta(seconds=5) < job.created_at <= datetime.now(UTC) + timedelta(seconds=5)
    assert abs(job.due_at - before) < timedelta(seconds=5)


async def test_a_commit_that_fails_causes_nothing(store: Store) -> None:
    async def work(tx: object, _: None) -> None:
        tx.record(envelope(some_events()[1]))  # type: ignore[attr-defined]
        raise LookupError

    with pytest.raises(LookupError):
        await store.transact(work, None)
    assert await on_board(store) == []


async def test_the_same_is_to_be_done_once_at_a_time(store: Store) -> None:
    await happen(store, "CA1", "CA1")
    await happen(store, "CA1", "CA2")
    assert [job.subject for job in await on_board(store)] == ["CA2", "CA1"]
    desk = Desk()
    async with working(store, desk):
        await desk.has_tried(2)
    assert [job.subject for job in desk.tried] == ["CA1", "CA2"]
    await happen(store, "CA1")
    assert [job.subject for job in await on_board(store)] == ["CA1"]


async def test_what_is_done_is_gone(store: Store) -> None:
    desk = Desk()
    async with working(store, desk):
        await happen(store, "CA1")
        await desk.has_tried(1)
    (job,) = desk.tried
    assert (job.kind, job.subject, job.call_id, job.state, job.tries) == (KIND, "CA1", CALL, JobState.RUNNING, 1)
    assert await on_board(store) == []


async def test_jobs_of_a_kind_that_hangs_leave_room_for_others(store: Store) -> None:
    over, tried = asyncio.Event(), Counter[str]()

    async def attempt(job: Job) -> Verdict:
        tried[job.kind] += 1
        if job.kind == KIND:
            await over.wait()
        return Done()

    async with working(store, attempt):
        await happen(store, *(f"CA{number}" for number in range(3 * MOST_OF_A_KIND)))
        settled = envelope(some_events()[-1], "call:CA0", datetime.now(UTC))
        assert isinstance(settled.event, CallSettled)
        await write(store, lambda tx: tx.record(settled))
        await eventually_in_time(lambda: tried["other"] == 1)
        assert tried[KIND] == MOST_OF_A_KIND
        over.set()
        await eventually_in_time(lambda: tried[KIND] == 3 * MOST_OF_A_KIND)


async def test_what_did_not_work_is_tried_again_after_the_pause(store: Store) -> None:
    desk = Desk(Later(SOON, "the line was dead"), Later(3600, "dead again"))
    async with working(store, desk):
        await happen(store, "CA1")
        await desk.has_tried(2)
    assert [job.tries for job in desk.tried] == [1, 2]
    assert desk.tried[1].error == "the line was dead"
    (job,) = await on_board(store)
    assert (job.state, job.tries, job.error) == (JobState.WAITING, 2, "dead again")
    assert timedelta(minutes=55) < job.due_at - datetime.now(UTC) < timedelta(minutes=65)


async def test_what_cannot_work_waits_for_a_person(store: Store) -> None:
    desk = Desk(GivenUp("no such recording"))
    async with working(store, desk):
        await happen(store, "CA1")
        await desk.has_tried(1)
    (job,) = await on_board(store, JobState.STUCK)
    assert (job.subject, job.tries, job.error) == ("CA1", 1, "no such recording")
    assert await on_board(store, JobState.WAITING) == []


async def test_a_person_has_a_stuck_job_tried_again(store: Store) -> None:
    desk = Desk(GivenUp("no such recording"))
    async with working(store, desk):
        await happen(store, "CA1")
        await eventually(lambda: _is_stuck(store))
        assert await store.jobs.try_again(desk.tried[0].id)
        await desk.has_tried(2)
    assert [job.tries for job in desk.tried] == [1, 1]
    assert await on_board(store) == []
    assert not await store.jobs.try_again(desk.tried[0].id)
    assert not await store.jobs.try_again(JobId(4711))


async def test_a_stuck_job_does_not_keep_the_same_from_being_asked_for(store: Store) -> None:
    desk = Desk(GivenUp("no such recording"))
    async with working(store, desk):
        await happen(store, "CA1")
        await eventually(lambda: _is_stuck(store))
    await happen(store, "CA1")
    states = [job.state for job in await on_board(store)]
    assert states == [JobState.WAITING, JobState.STUCK]
    assert not await store.jobs.try_again(desk.tried[0].id)  # it is being tried already
    assert await store.jobs.discard(desk.tried[0].id)
    assert [job.state for job in await on_board(store)] == [JobState.WAITING]


async def test_only_what_is_stuck_can_be_discarded(store: Store) -> None:
    await happen(store, "CA1")
    (job,) = await on_board(store)
    assert not await store.jobs.discard(job.id)
    assert not await store.jobs.discard(JobId(4711))
    assert await on_board(store) == [job]


async def test_a_worker_leaves_alone_what_it_does_not_know(store: Store) -> None:
    await write(store, lambda tx: tx.record(envelope(_settled(), "call:CA1", datetime.now(UTC))))
    desk = Desk()
    async with working(store, desk, KIND):
        await desk.has_tried(1)
        await asyncio.sleep(1.5)
    assert [job.kind for job in desk.tried] == [KIND]
    assert [job.kind for job in await on_board(store)] == ["other"]


async def test_nothing_is_tried_before_its_time(store: Store) -> None:
    desk = Desk()
    async with working(store, desk, "other"):
        await write(store, lambda tx: tx.record(envelope(_settled(), "call:CA1", datetime.now(UTC))))
        await asyncio.sleep(0.5)
        assert desk.tried == []
        await desk.has_tried(1)


async def test_stopping_waits_for_what_is_under_way(store: Store) -> None:
    began, may_end, done = asyncio.Event(), asyncio.Event(), []

    async def slow(job: Job) -> Verdict:
        began.set()
        await may_end.wait()
        done.append(job.subject)
        return Done()

    await store.worker.start((KIND,), slow)
    await happen(store, "CA1")
    async with asyncio.timeout(10):
        await began.wait()
    assert [job.state for job in await on_board(store)] == [JobState.RUNNING]
    stopping = asyncio.create_task(store.worker.stop(10))
    await asyncio.sleep(0.1)
    may_end.set()
    await stopping
    assert done == ["CA1"]
    assert await on_board(store) == []


async def test_what_takes_too_long_to_stop_waits_for_another_worker(store: Store) -> None:
    began = asyncio.Event()

    async def endless(job: Job) -> Verdict:
        began.set()
        await asyncio.Event().wait()
        raise AssertionError

    await store.worker.start((KIND,), endless)
    await happen(store, "CA1")
    async with asyncio.timeout(10):
        await began.wait()
    await store.worker.stop(0.1)
    (job,) = await on_board(store)
    assert (job.state, job.tries) == (JobState.WAITING, 1)
    desk = Desk()
    async with working(store, desk):
        await desk.has_tried(1)
    assert [job.tries for job in desk.tried] == [2]


async def test_a_hundred_jobs_are_each_done_once(store: Store) -> None:
    desk = Desk()
    async with working(store, desk):
        for first in range(0, 100, 10):
            await happen(store, *(f"CA{number}" for number in range(first, first + 10)))
        await desk.has_tried(100)
        await asyncio.sleep(SOON)
    assert sorted(int(job.subject[2:]) for job in desk.tried) == list(range(100))
    assert await on_board(store) == []


async def test_the_board_shows_the_latest_first_in_pages(store: Store) -> None:
    for number in range(5):
        await happen(store, f"CA{number}")
    first = await store.jobs.jobs(None, 2, None)
    assert first.next is not None
    second = await store.jobs.jobs(None, 2, int(first.next))
    assert second.next is not None
    third = await store.jobs.jobs(None, 2, int(second.next))
    assert [[job.subject for job in page.items] for page in (first, second, third)] == [
        ["CA4", "CA3"],
        ["CA2", "CA1"],
        ["CA0"],
    ]
    assert third.next is None


async def test_the_board_shows_the_oldest_first_however_many_there_are(store: Store) -> None:
    for number in range(5):
        await happen(store, f"CA{number}")
    oldest = await store.jobs.oldest(JobState.WAITING, 2)
    assert [job.subject for job in oldest] == ["CA0", "CA1"]
    assert await store.jobs.oldest(JobState.STUCK, 9) == ()


async def test_the_board_tells_those_that_were_tried_from_those_that_merely_wait(store: Store) -> None:
    await happen(store, "CA1")
    desk = Desk(Later(3600, "the line was dead"))
    async with working(store, desk):
        await desk.has_tried(1)
        await eventually(lambda: _waits_again(store))
    await happen(store, "CA2")
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert [job.subject for job in await store.jobs.oldest(JobState.WAITING, 9, soon)] == ["CA1"]
    assert await store.jobs.oldest(JobState.WAITING, 9, soon - timedelta(hours=1)) == ()


async def test_the_board_counts_by_kind_and_state(store: Store) -> None:
    await happen(store, "CA1", "CA2")
    await write(store, lambda tx: tx.record(envelope(_settled(), "call:CA3", datetime.now(UTC))))
    counts = await store.jobs.counts()
    assert [(count.kind, count.state, count.count) for count in counts] == [
        (KIND, JobState.WAITING, 3),
        ("other", JobState.WAITING, 1),
    ]
    assert all(abs(count.oldest - datetime.now(UTC)) < timedelta(seconds=5) for count in counts)


async def test_two_workers_share_the_work(backend: Backend, store: Store) -> None:
    if not store.promises.many_processes:
        return  # one process has the file, or the memory
    one, two = Desk(), Desk()
    async with backend_store(backend) as other, working(store, one), working(other, two):
        await happen(store, *(f"CA{number}" for number in range(200)))
        await eventually_in_time(lambda: len(one.tried) + len(two.tried) >= 200)
        await asyncio.sleep(SOON)
    assert sorted(int(job.subject[2:]) for job in one.tried + two.tried) == list(range(200))


@asynccontextmanager
async def backend_store(backend: Backend) -> AsyncIterator[Store]:
    store = backend.store(causes)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def _waits_again(store: Store) -> bool:
    return any(job.error for job in await on_board(store, JobState.WAITING))


async def _is_stuck(store: Store) -> bool:
    return bool(await on_board(store, JobState.STUCK))


def _settled() -> CallSettled:
    return next(event for event in some_events() if isinstance(event, CallSettled))

"""The worker outlives every error of the store that keeps its jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from titus_adapters.bell import Bell
from titus_adapters.memory.clock import NOON
from titus_adapters.working import Worker
from titus_core.jobs.model import Done, Job, JobId, JobState, Verdict
from titus_core.kernel.errors import Unavailable

ERRORS = [Unavailable("the store is away"), ValueError("a row that this version cannot read")]


class Stumbling:
    """`working.Claims` with one job; raises once when it is asked for jobs, and once when one is settled."""

    def __init__(self, looking: Exception | None = None, settling: Exception | None = None) -> None:
        self._looking = [looking] if looking is not None else []
        self._settling = [settling] if settling is not None else []
        self._jobs = [_job()]
        self.settled = asyncio.Event()

    async def take(self, kinds: Collection[str], limit: int) -> list[Job]:
        if self._looking:
            raise self._looking.pop()
        taken, self._jobs = self._jobs, []
        return taken

    async def settle(self, job: Job, verdict: Verdict) -> None:
        if self._settling:
            raise self._settling.pop()
        self.settled.set()

    async def put_back(self) -> None:
        """Nothing was left behind."""


def _job() -> Job:
    return Job(
        id=JobId(1),
        kind="some",
        subject="1",
        call_id=None,
        state=JobState.RUNNING,
        tries=1,
        created_at=NOON,
        due_at=NOON,
    )


async def done(job: Job) -> Verdict:
    return Done()


async def works_off(claims: Stumbling) -> None:
    worker = Worker(claims, Bell())
    await worker.start(("some",), done)
    async with asyncio.timeout(30):
        await claims.settled.wait()
    await worker.stop(1)


@pytest.mark.parametrize("error", ERRORS)
async def test_an_error_while_looking_for_jobs_does_not_end_the_worker(error: Exception) -> None:
    await works_off(Stumbling(looking=error))


@pytest.mark.parametrize("error", ERRORS)
async def test_an_error_while_a_verdict_is_stored_does_not_leave_the_job_running_for_ever(error: Exception) -> None:
    await works_off(Stumbling(settling=error))

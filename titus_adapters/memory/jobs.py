"""Jobs in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal
from titus_core.jobs.model import Done, GivenUp, Job, JobId, JobState, Later, NewJob, Verdict
from titus_core.jobs.ports import Attempt, JobCounts
from titus_core.kernel.clock import Clock
from titus_core.kernel.paging import Page


def enqueue(state: State, new: NewJob, at: datetime, journal: Journal) -> None:
    """Store it, unless the same is open already."""
    if _is_open(state, new.kind, new.subject):
        return
    state.job_ids.append(JobId(len(state.job_ids) + 1))  # one that a conflict took back is never given again
    job = Job(
        id=state.job_ids[-1],
        kind=new.kind,
        subject=new.subject,
        call_id=new.call_id,
        state=JobState.WAITING,
        tries=0,
        created_at=at,
        due_at=at + timedelta(seconds=new.wait_seconds),
    )
    journal.put(state.jobs, job.id, job)


class MemoryJobs:
    """`working.Claims` and `JobBoard`; `run_due` works without a worker or a loop."""

    def __init__(self, state: State, clock: Clock, ping: Callable[[], Awaitable[None]]) -> None:
        self._state = state
        self._clock = clock
        self._ping = ping

    async def run_due(self, kinds: Collection[str], attempt: Attempt, limit: int = 1000) -> tuple[Job, ...]:
        """Try all that is due, one after the other, what it causes included; what was tried."""
        tried: list[Job] = []
        while len(tried) < limit and (taken := await self.take(kinds, 1)):
            await self.settle(taken[0], await attempt(taken[0]))
            tried += taken
        return tuple(tried)

    async def take(self, kinds: Collection[str], limit: int) -> list[Job]:
        await self._ping()
        now = self._clock.now()
        due = [job for job in self._state.jobs.values() if job.state is JobState.WAITING and job.due_at <= now]
        chosen = sorted((job for job in due if job.kind in kinds), key=lambda job: (job.due_at, job.id))[:limit]
        return [self._put(replace(job, state=JobState.RUNNING, tries=job.tries + 1)) for job in chosen]

    async def settle(self, job: Job, verdict: Verdict) -> None:
        await self._ping()
        if self._state.jobs.get(job.id, job).state is not JobState.RUNNING:
            return
        match verdict:
            case Done():
                self._state.jobs.pop(job.id, None)
            case Later(seconds=seconds, error=error):
                due_at = self._clock.now() + timedelta(seconds=seconds)
                self._put(replace(job, state=JobState.WAITING, due_at=due_at, error=error))
            case GivenUp(error=error):
                self._put(replace(job, state=JobState.STUCK, error=error))

    async def put_back(self) -> None:
        await self._ping()
        for job in list(self._state.jobs.values()):
            if job.state is JobState.RUNNING:
                self._put(replace(job, state=JobState.WAITING))

    # --- the board ----------------------------------------------------------------------------------------------------

    async def jobs(self, state: JobState | None, limit: int, after: int | None) -> Page[Job]:
        before = after if after is not None else len(self._state.job_ids) + 1
        found = [job for job in self._state.jobs.values() if state in {None, job.state} and job.id < before]
        newest = sorted(found, key=lambda job: -job.id)
        return Page(tuple(newest[:limit]), str(newest[limit - 1].id) if len(newest) > limit else None)

    async def oldest(self, state: JobState, limit: int, tried_before: datetime | None = None) -> tuple[Job, ...]:
        found = [
            job
            for job in self._state.jobs.values()
            if job.state is state and (tried_before is None or (job.tries and job.created_at < tried_before))
        ]
        return tuple(sorted(found, key=lambda job: job.id)[:limit])

    async def counts(self) -> tuple[JobCounts, ...]:
        since: defaultdict[tuple[str, JobState], list[datetime]] = defaultdict(list)
        for job in self._state.jobs.values():
            since[job.kind, job.state].append(job.created_at)
        return tuple(JobCounts(kind, state, len(at), min(at)) for (kind, state), at in sorted(since.items()))

    async def try_again(self, job_id: JobId) -> bool:
        job = self._stuck(job_id)
        if job is None or _is_open(self._state, job.kind, job.subject):
            return False
        self._put(replace(job, state=JobState.WAITING, tries=0, due_at=self._clock.now()))
        return True

    async def discard(self, job_id: JobId) -> bool:
        return self._stuck(job_id) is not None and self._state.jobs.pop(job_id, None) is not None

    def _stuck(self, job_id: JobId) -> Job | None:
        job = self._state.jobs.get(job_id)
        return job if job is not None and job.state is JobState.STUCK else None

    def _put(self, job: Job) -> Job:
        self._state.jobs[job.id] = job
        return job


def _is_open(state: State, kind: str, subject: str) -> bool:
    return any(
        job.kind == kind and job.subject == subject and job.state is not JobState.STUCK for job in state.jobs.values()
    )

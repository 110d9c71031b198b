"""What is to be done later, and what got stuck: for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.jobs.model import Job, JobId, JobState
from titus_core.jobs.ports import JobBoard
from titus_core.kernel.errors import NotFound
from titus_http.routes.cursors import cursor_of, place_in
from titus_http.routes.inputs import known_id
from titus_http.routes.sections import StaffSection
from titus_http.security.policies import needs

PAGE = 100
MOST = 1000
_LIST = "jobs"


class JobView(msgspec.Struct, frozen=True):
    """`tries` counts how often it was begun, `due_at` is when it may begin next, `error` what went wrong last."""

    id: int
    kind: str
    subject: str
    call_sid: str | None
    state: JobState
    tries: int
    created_at: datetime
    due_at: datetime
    error: str | None


class JobCount(msgspec.Struct, frozen=True):
    """How many of a kind are in a state; `oldest` is since when the first of them is there."""

    kind: str
    state: JobState
    count: int
    oldest: datetime


class JobPage(msgspec.Struct, frozen=True):
    jobs: list[JobView]
    counts: list[JobCount]
    next: str | None


@get("/", opt=needs(Permission.MANAGE_JOBS))
async def list_jobs(
    job_board: NamedDependency[SkipValidation[JobBoard]],
    job_state: Annotated[JobState | None, QueryParameter(name="state")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = PAGE,
    cursor: FromQuery[str | None] = None,
) -> JobPage:
    """Jobs that wait, run or are stuck, the latest first, and how many there are of each. What is done is gone."""
    page = await job_board.jobs(job_state, limit, place_in(_LIST, cursor) if cursor is not None else None)
    counts = [JobCount(one.kind, one.state, one.count, one.oldest) for one in await job_board.counts()]
    return JobPage([_view(job) for job in page.items], counts, cursor_of(_LIST, page.next) if page.next else None)


@post("/{job_id:int}/retry", status_code=202, opt=needs(Permission.MANAGE_JOBS))
async def retry_job(job_id: FromPath[int], job_board: NamedDependency[SkipValidation[JobBoard]]) -> None:
    """Have a stuck job tried again, from its first try on. 404: there is no such stuck job, or the same waits."""
    if not await job_board.try_again(JobId(known_id(job_id))):
        raise NotFound("There is no such stuck job, or the same waits already")


@delete("/{job_id:int}", opt=needs(Permission.MANAGE_JOBS))
async def discard_job(job_id: FromPath[int], job_board: NamedDependency[SkipValidation[JobBoard]]) -> None:
    """Give a stuck job up for good. 404: there is no such stuck job."""
    if not await job_board.discard(JobId(known_id(job_id))):
        raise NotFound("There is no such stuck job")


def _view(job: Job) -> JobView:
    return JobView(
        job.id, job.kind, job.subject, job.call_id, job.state, job.tries, job.created_at, job.due_at, job.error
    )


router = StaffSection("/api/admin/jobs", route_handlers=[list_jobs, retry_job, discard_job], tags=["Jobs"])

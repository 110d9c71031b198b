"""What jobs need of a store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Protocol, TypeAlias

import msgspec

from titus_core.jobs.model import Job, JobId, JobState, NewJob, Verdict
from titus_core.kernel.paging import Page
from titus_core.kernel.unit_of_work import Records
from titus_core.kernel.watermarks import Watermarks

Attempt: TypeAlias = Callable[[Job], Awaitable[Verdict]]
"""Tries one job once. It raises nothing; one that takes too long is cancelled."""


MOST_OF_A_KIND = 4
"""So many jobs of one kind are tried at once at most: while one provider hangs, the others' jobs go on."""


class JobWorker(Protocol):
    """Hands jobs to an attempt, as many at once as it is allowed. An implementer MUST:

    - hand over only what was committed, and what is due: at once after the commit, or within seconds of its time, about
      in the order in which jobs were stored;
    - hand a job to one attempt at a time, across all workers of the store, unless a worker died or hung with it: then
      it is handed over again, and again counts as a try;
    - hand over at most `MOST_OF_A_KIND` of one kind at once, across all workers of the store, and have room for more
      than that;
    - keep a job until its verdict is stored: at least once, never none;
    - count a try before it begins, so that a job that kills its workers runs out of tries.
    """

    async def start(self, kinds: Collection[str], attempt: Attempt) -> None:
        """Work off jobs of these kinds from now on; others wait for a worker that knows them. Raises `Unavailable` if
        the store cannot be reached; what goes wrong later is logged, and tried again."""
        ...

    async def stop(self, seconds: float) -> None:
        """Begin nothing more, wait so long for what is under way, then let it wait for another worker."""
        ...


class JobTx(Records, Protocol):
    """What enqueueing without an event needs of a unit of work."""

    @property
    def watermarks(self) -> Watermarks: ...

    def enqueue(self, job: NewJob, at: datetime) -> None:
        """Have it done. While the same waits or runs, this is no second one."""
        ...


class JobCounts(msgspec.Struct, frozen=True):
    """How many jobs of a kind are in a state, and since when the first of them is there."""

    kind: str
    state: JobState
    count: int
    oldest: datetime


class JobBoard(Protocol):
    """The jobs as people see them. An implementer MUST show what was committed before it is asked."""

    async def jobs(self, state: JobState | None, limit: int, after: int | None) -> Page[Job]:
        """The latest first; None: in every state. `after` is the id of the last one seen; `Page.next` is such an id, as
        text."""
        ...

    async def oldest(self, state: JobState, limit: int, tried_before: datetime | None = None) -> tuple[Job, ...]:
        """Those that were stored first, in that order; of those that were tried, and stored before then, if a time is
        given."""
        ...

    async def counts(self) -> tuple[JobCounts, ...]:
        """Of every kind and state that there is, in alphabetical order."""
        ...

    async def try_again(self, job_id: JobId) -> bool:
        """Have a stuck job wait for its next try, due now, with all its tries. False: there is no such stuck job, or
        the same waits already."""
        ...

    async def discard(self, job_id: JobId) -> bool:
        """Have a stuck job never tried again. False: there is no such stuck job."""
        ...

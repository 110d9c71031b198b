"""Works jobs off in this process, for stores that only keep them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection
from typing import Protocol

from titus_adapters.bell import Bell
from titus_core.jobs.model import Job, Later, Verdict
from titus_core.jobs.ports import MOST_OF_A_KIND, Attempt
from titus_core.kernel.errors import Unavailable

AT_ONCE = 8
LONGEST_TRY = 600.0
"""Seconds. A recording of four hours takes a few minutes; what takes longer hangs."""

LOOKS_EVERY = 1.0
"""Seconds between two looks at what has become due; a commit that causes a job is a look at once."""

_LOG = logging.getLogger("titus.jobs")


class Claims(Protocol):
    """A store that keeps jobs for one worker."""

    async def take(self, kinds: Collection[str], limit: int) -> list[Job]:
        """Mark the longest due as running, each with one more try."""
        ...

    async def settle(self, job: Job, verdict: Verdict) -> None:
        """Store what became of it."""
        ...

    async def put_back(self) -> None:
        """Have all that is marked as running wait again, due now: whoever ran it is gone."""
        ...


class Worker:
    """`JobWorker` over `Claims`. `bell` rings when a commit has caused a job."""

    def __init__(self, claims: Claims, bell: Bell) -> None:
        self._claims = claims
        self._bell = bell
        self._trying: dict[asyncio.Task[None], str] = {}
        self._main: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self, kinds: Collection[str], attempt: Attempt) -> None:
        await self._claims.put_back()
        self._stopping = False
        self._main = asyncio.create_task(self._work_off(frozenset(kinds), attempt), name="jobs")

    async def stop(self, seconds: float) -> None:
        if self._main is None:
            return
        self._stopping = True
        self._bell.ring()
        await self._main
        self._main = None
        if self._trying:
            _, late = await asyncio.wait(self._trying, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            await self._claims.put_back()

    async def _work_off(self, kinds: frozenset[str], attempt: Attempt) -> None:
        while not self._stopping:
            jobs = await self._taken(kinds)
            for job in jobs:
                task = asyncio.create_task(self._try(job, attempt), name=f"job {job.id}")
                self._trying[task] = job.kind
                task.add_done_callback(self._ended)
            if not jobs:
                await self._bell.wait(LOOKS_EVERY)

    async def _taken(self, kinds: frozenset[str]) -> list[Job]:
        busy = Counter(self._trying.values())
        open_kinds = [kind for kind in kinds if busy[kind] < MOST_OF_A_KIND]
        # All that is taken may be of the busiest kind.
        free = min(AT_ONCE - busy.total(), MOST_OF_A_KIND - max((busy[kind] for kind in open_kinds), default=0))
        if free <= 0 or not open_kinds:
            return []
        try:
            return await self._claims.take(open_kinds, free)
        except Unavailable as error:
            _LOG.error("cannot look for jobs: %s", error)
        except Exception:  # noqa: BLE001 (nothing may end the worker; it is logged)
            _LOG.exception("looking for jobs failed; it goes on")
        return []

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._trying.pop(task, None)
        self._bell.ring()

    async def _try(self, job: Job, attempt: Attempt) -> None:
        verdict = await verdict_in_time(job, attempt)
        while True:
            try:
                return await self._claims.settle(job, verdict)
            except Unavailable as error:
                _LOG.error("job %s is tried, and that cannot be stored yet: %s", job.id, error)
            except Exception:  # noqa: BLE001 (a job whose verdict is lost would run for ever; it is logged)
                _LOG.exception("job %s is tried, and storing that failed; it goes on", job.id)
            await asyncio.sleep(LOOKS_EVERY)


async def verdict_in_time(job: Job, attempt: Attempt) -> Verdict:
    """What became of one try; one that hangs is ended."""
    try:
        async with asyncio.timeout(LONGEST_TRY):
            return await attempt(job)
    except TimeoutError:
        return Later(LONGEST_TRY, f"it took longer than {LONGEST_TRY:.0f} s")

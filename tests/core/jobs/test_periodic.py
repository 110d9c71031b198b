"""Jobs that come round by themselves: once in a period, however many processes look."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import Done, Job, Verdict
from titus_core.jobs.periodic import PERIODS, EnqueuePeriodic
from titus_core.jobs.trying import TryJob
from titus_core.kernel.errors import NotFound, Unavailable

KIND = Kind.FIND_LOST_CALLS
PERIOD = PERIODS[KIND].total_seconds()


async def done(job: Job) -> Verdict:
    return Done()


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore(clock=self.clock)

    def process(self, *kinds: str) -> EnqueuePeriodic:
        return EnqueuePeriodic(self.store, kinds or (KIND,), self.clock)

    def work(self, *processes: EnqueuePeriodic) -> list[str]:
        async def look() -> tuple[Job, ...]:
            for process in processes:
                await process()
            return await self.store.jobs.run_due(tuple(Kind), done)

        return [job.kind for job in asyncio.run(look())]


def test_each_comes_round_once_in_its_period() -> None:
    desk = Desk()
    process = desk.process()
    assert desk.work(process) == [KIND]
    assert desk.work(process) == []
    desk.clock.advance(PERIOD - 1)
    assert desk.work(process) == []
    desk.clock.advance(1)
    assert desk.work(process) == [KIND]


def test_several_processes_do_not_multiply_the_work() -> None:
    desk = Desk()
    one, other = desk.process(), desk.process()
    assert desk.work(one, other) == [KIND]
    desk.clock.advance(PERIOD)
    assert desk.work(other, one) == [KIND]


def test_a_process_that_starts_anew_does_not_begin_at_once() -> None:
    desk = Desk()
    assert desk.work(desk.process()) == [KIND]
    assert desk.work(desk.process()) == []


def test_only_what_can_be_done_here_comes_round() -> None:
    desk = Desk()
    assert desk.work(desk.process("keep_recording")) == []


class Provider:
    """Whose list is read; `error` is what it answers."""

    def __init__(self, desk: Desk, error: Exception) -> None:
        self._desk = desk
        self.error: Exception | None = error
        self.read_at: list[datetime] = []

    async def look(self, job: Job) -> None:
        if self.error is not None:
            raise self.error
        self.read_at.append(self._desk.clock.now())

    def passes(self, hours: int) -> None:
        process, attempt = self._desk.process(), TryJob({KIND: self.look})

        async def pass_by() -> None:
            for _ in range(hours * 360):
                await process()
                await self._desk.store.jobs.run_due((KIND,), attempt)
                self._desk.clock.advance(10)

        asyncio.run(pass_by())


@pytest.mark.parametrize("error", [Unavailable("down"), NotFound("no such agent")])
def test_after_an_outage_a_list_is_read_within_one_period_and_nothing_is_stuck(error: Exception) -> None:
    desk = Desk()
    provider = Provider(desk, error)
    provider.passes(24)
    assert len(asyncio.run(desk.store.jobs.jobs(None, 9, None)).items) == 1
    provider.error, back = None, desk.clock.now()
    provider.passes(1)
    assert provider.read_at[0] - back <= timedelta(seconds=PERIOD)
    assert asyncio.run(desk.store.jobs.jobs(None, 9, None)).items == ()

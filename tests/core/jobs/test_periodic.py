"""Jobs that come round by themselves: once in a period, however many processes look."""

from __future__ import annotations

import asyncio

from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import Done, Job, Verdict
from titus_core.jobs.periodic import PERIODS, EnqueuePeriodic

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

"""The one way to a base: how fast, who first, and what follows a refusal. In stepped time, against the sandbox."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from tests.adapters.airtable.stepped import SlowLine, SteppedTime
from tests.contracts.records.base import BASE, METADATA
from titus_adapters.airtable.api import AirtableApi
from titus_adapters.airtable.cells import Anything
from titus_adapters.airtable.gate import COOL_OFF, JITTER, TRIES_AGAIN_AFTER, Gate
from titus_adapters.airtable.settings import RATE, AirtableSettings
from titus_adapters.airtable.watching import BaseWatch
from titus_adapters.memory.clock import ManualClock
from titus_adapters.sandbox.airtable.part import airtable_part
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.switches import Limits, Switches
from titus_adapters.sandbox.airtable.transport import SandboxTransport
from titus_adapters.sandbox.app import create_sandbox_app
from titus_core.kernel.errors import Unavailable
from titus_core.providers.model import Level

STOCK = f"/v0/{BASE}/tblStock000000000"
ROUNDING = 1e-6
"""Seconds: times are floating point, and since 1970."""


class Line:
    """A base that is asked through one gate, or several as several processes have them."""

    def __init__(
        self,
        rate: float = RATE,
        *,
        latency: float = 0.3,
        spread: list[float] | None = None,
        opening: list[float] | None = None,
        **sandbox: Any,
    ) -> None:
        self.time = SteppedTime()
        self.sandbox = AirtableSandbox(clock=self.time.now, **sandbox)
        self.base = self.sandbox.base(METADATA, id=BASE)
        app = create_sandbox_app(airtable_part(self.sandbox, speed=None))
        self._line = SlowLine(SandboxTransport(app), self.time, latency, spread, opening)
        self.rate = rate
        self.api = self.process()

    def process(self) -> AirtableApi:
        settings = AirtableSettings(
            api_key="patAny", base_id=BASE, base_url="http://airtable.test/airtable", rate=self.rate
        )
        return AirtableApi(settings, self._line, time=self.time)

    async def read(self, *, hurry: bool = True, api: AirtableApi | None = None) -> Anything:
        return await (api or self.api).read(STOCK, Anything, hurry=hurry)

    @property
    def asked(self) -> list[float]:
        """When each request came, oldest first."""
        return [one.at for one in self.sandbox.requests]

    @property
    def refused(self) -> int:
        return sum(1 for one in self.sandbox.requests if one.status == 429)


@pytest.mark.parametrize("latency", [0.0, 0.3, 2.0])
async def test_the_rate_is_used_and_never_gone_beyond(latency: float) -> None:
    line = Line(latency=latency)
    await line.time.run(*(line.read() for _ in range(200)))
    assert line.refused == 0
    took = line.asked[-1] - line.asked[0]
    assert (len(line.asked) - 1) / took == pytest.approx(RATE)


async def test_a_line_whose_delays_differ_a_little_is_not_refused() -> None:
    line = Line(spread=[0.0, 0.04, 0.01, 0.03])
    await line.time.run(*(line.read() for _ in range(200)))
    assert line.refused == 0


async def test_connections_that_are_slow_to_open_let_nobody_catch_up_with_them() -> None:
    """The first request would come late, and six of them within a second."""
    line = Line(opening=[0.4, 0.1, 0.3, 0.0, 0.25])
    await line.time.run(*(line.read() for _ in range(50)))
    assert line.refused == 0
    assert all(later - one >= 1 / RATE - ROUNDING for one, later in pairwise(line.asked))


async def test_a_connection_that_never_opens_lets_the_others_go_on() -> None:
    line = Line(opening=[0.4])
    first = asyncio.create_task(line.read())
    await asyncio.sleep(0.01)
    first.cancel()
    (answer,) = await line.time.run(line.read())
    assert isinstance(answer, Anything)


async def test_while_another_system_uses_the_base_the_rate_is_lowered() -> None:
    line = Line(rate=1.0)
    await line.time.run(*(line.read() for _ in range(20)))
    assert all(later - one >= 1.0 - ROUNDING for one, later in pairwise(line.asked))


@pytest.mark.parametrize("phase", [0.0, 0.1, 0.26, 0.4])
async def test_two_processes_share_a_base_at_a_little_less_than_two_a_second_each(phase: float) -> None:
    line = Line(rate=1.9)
    other = line.process()

    async def later() -> None:
        await line.time.sleep(phase)
        await asyncio.gather(*(line.read(api=other) for _ in range(50)))

    await line.time.run(*(line.read() for _ in range(50)), later())
    assert (len(line.asked), line.refused) == (100, 0)


async def test_half_of_the_rate_for_each_of_two_processes_would_be_too_much() -> None:
    """Within a second three requests of each may fall: that is why the rate is not simply divided (0033)."""
    line = Line(rate=RATE / 2)
    other = line.process()
    await line.time.run(*(line.read(api=api) for _ in range(20) for api in (line.api, other)))
    assert line.refused > 0


async def test_those_that_a_person_waits_for_go_first() -> None:
    time = SteppedTime()
    gate = Gate(RATE, time=time)
    order: list[str] = []

    async def turn(name: str, *, hurry: bool) -> None:
        gate.left(await gate.turn(hurry=hurry))
        order.append(name)

    async def later() -> None:
        await time.sleep(0.5)
        await asyncio.gather(turn("person 1", hurry=True), turn("person 2", hurry=True))

    await time.run(*(turn(f"job {number}", hurry=False) for number in range(6)), later())
    assert order == ["job 0", "job 1", "job 2", "person 1", "person 2", "job 3", "job 4", "job 5"]


async def test_who_goes_away_while_waiting_takes_nobodys_turn() -> None:
    time = SteppedTime()
    gate = Gate(RATE, time=time)
    gate.left(await gate.turn(hurry=True))
    first, second = (asyncio.create_task(gate.turn(hurry=True)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await time.run(asyncio.wait_for(second, None))
    assert first.cancelled()


@pytest.mark.parametrize("extended", [False, True])
async def test_after_a_429_everybody_waits_once_and_nothing_is_lost(extended: bool) -> None:
    line = Line(switches=Switches(lock_extended_by_requests=extended))
    began = line.time.now()
    line.sandbox.lock(BASE, COOL_OFF)
    answers = await line.time.run(*(line.read() for _ in range(20)))
    assert all(isinstance(one, Anything) for one in answers)
    # Two were on their way before the first answer could warn anybody.
    assert line.refused == 2
    served = [one.at - began for one in line.sandbox.requests if one.status == 200]
    assert len(served) == 20
    assert COOL_OFF <= served[0] <= COOL_OFF + JITTER + 1
    assert all(later - one >= 1 / RATE - ROUNDING for one, later in pairwise(served))


async def test_processes_that_were_refused_together_do_not_come_back_together() -> None:
    ends = []
    for part in (0.0, 0.5, 1.0):
        time = SteppedTime()
        gate = Gate(RATE, time=time, jitter=lambda part=part: part)  # type: ignore[misc]
        began = time.now()
        gate.cool_off()
        await time.run(gate.turn(hurry=True))
        ends.append(round(time.now() - began, 3))
    assert ends == [COOL_OFF, COOL_OFF + JITTER / 2, COOL_OFF + JITTER]


async def test_a_quota_that_is_used_up_shuts_the_gate_and_nobody_asks_in_vain() -> None:
    line = Line(latency=0.0, limits=Limits(monthly=1))
    (_, refused) = await line.time.run(line.read(), line.read())
    assert isinstance(refused, Unavailable)
    before = len(line.asked)
    assert line.api.gate.breaker_state == "open"
    answers = await line.time.run(*(line.read() for _ in range(10)))
    assert all(isinstance(one, Unavailable) for one in answers)
    assert len(line.asked) == before
    seen = await BaseWatch(line.api).look(ManualClock().now())
    assert seen.level is Level.DOWN
    assert "quota" in seen.detail


async def test_an_hour_later_one_request_sees_whether_the_quota_is_larger_now() -> None:
    line = Line(latency=0.0, limits=Limits(monthly=1))
    await line.time.run(line.read(), line.read())
    await line.time.run(line.time.sleep(TRIES_AGAIN_AFTER))
    before = len(line.asked)
    await line.time.run(*(line.read() for _ in range(10)))
    assert len(line.asked) == before + 1
    line.sandbox.house.limits = Limits(monthly=None)
    await line.time.run(line.time.sleep(TRIES_AGAIN_AFTER))
    (answer,) = await line.time.run(line.read())
    assert isinstance(answer, Anything)
    assert line.api.gate.breaker_state == "closed"


async def test_an_operator_may_open_the_gate_at_once() -> None:
    line = Line(latency=0.0)
    line.api.gate.shut("the quota")
    line.api.gate.reopen()
    (answer,) = await line.time.run(line.read())
    assert isinstance(answer, Anything)
    assert (await line.time.run(BaseWatch(line.api).look(ManualClock().now())))[0].level is Level.OK

import asyncio

import pytest

from tests.adapters.sandbox.toy import CALLER, FIRST, LINE, SECOND, hunt, stage
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, Declines, NeverAnswers


async def test_the_observer_is_told_of_every_instant_before_what_happens_in_it() -> None:
    told: list[float] = []

    async def on_time(now: float) -> None:
        told.append(now)

    scene = stage(on_time=on_time)
    scene.toy.routes = hunt([FIRST])
    scene.phone(FIRST, NeverAnswers())
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert told == sorted(set(told))
    assert {sent.at for sent in scene.twilio.sent()} - {scene.twilio.board.began} <= set(told)


async def test_what_the_observer_starts_happens_in_its_turn() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    scene.phone(FIRST, Answers(presses="1"))
    started: list[float] = []

    async def on_time(now: float) -> None:
        if not started:
            started.append(now)
            scene.twilio.call(Caller(number="+61491570158"), LINE)

    scene.twilio.set_on_time(on_time)
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    inbound = [call for call in scene.twilio.calls if call.parent is None]
    assert [call.created_at for call in inbound] == [scene.twilio.board.began, started[0]]


async def test_time_passes_even_when_nothing_happens() -> None:
    scene = stage()
    began = scene.twilio.now
    await scene.twilio.run_for(90)
    assert scene.twilio.now == began + 90


async def test_idle_time_is_not_waited_for() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    scene.phone(FIRST, Answers(presses="1", talks=60))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.ended_at is not None
    assert scene.twilio.now - call.ended_at < 10, "cancelled timers must not move time"


async def test_calls_one_after_another_all_go_alike() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST, SECOND])
    scene.phone(FIRST, Declines())
    scene.phone(SECOND, Answers(presses="1"))
    for _ in range(100):
        scene.twilio.call(Caller(number=CALLER), LINE)
        await scene.twilio.run_until_idle()
    assert all(call.bridged_to == SECOND for call in scene.twilio.calls if call.parent is None)


async def test_real_time_can_run_faster_and_lets_requests_overlap() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    scene.phone(FIRST, Answers(after=3, talks=20, presses="1"))
    ended = asyncio.Event()
    clock = asyncio.create_task(scene.twilio.run_in_real_time(speed=500))
    await asyncio.sleep(0)
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    scene.twilio.board.agenda.later(60, ended.set)
    async with asyncio.timeout(10):
        await ended.wait()
    clock.cancel()
    with pytest.raises(asyncio.CancelledError):
        await clock
    assert call.bridged_to == FIRST
    assert call.ended


async def test_real_time_stands_still_with_the_clock_that_it_is_given() -> None:
    scene = stage()
    shown = 7.0
    running = asyncio.create_task(scene.twilio.run_in_real_time(speed=10, clock=lambda: shown))
    await asyncio.sleep(0)
    began, rung = scene.twilio.now, asyncio.Event()
    scene.twilio.board.agenda.later(20, rung.set)
    await asyncio.sleep(0.02)
    assert (scene.twilio.now, rung.is_set()) == (began, False)
    shown += 2
    async with asyncio.timeout(10):
        await rung.wait()
    assert scene.twilio.now == began + 20
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

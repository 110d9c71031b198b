"""What nobody waits for begins when no caller's request is under way; callers never keep it from going on."""

from __future__ import annotations

import asyncio

from titus_http.callers_first import CallersFirst


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_without_callers_it_is_everybodys_turn() -> None:
    await CallersFirst(longest=3600).turn()


async def test_a_job_waits_until_the_last_caller_is_answered() -> None:
    callers = CallersFirst(longest=3600)
    with callers.serving():
        with callers.serving():
            job = asyncio.create_task(callers.turn())
            await _settled()
        await _settled()
        assert not job.done()
    await job


async def test_callers_without_end_hold_nothing_up_for_ever() -> None:
    callers = CallersFirst(longest=0.001)
    with callers.serving():
        await callers.turn()


async def test_a_caller_who_failed_holds_nothing_up() -> None:
    callers = CallersFirst(longest=3600)
    try:
        with callers.serving():
            raise RuntimeError
    except RuntimeError:
        await callers.turn()


async def test_what_stands_aside_is_done_one_at_a_time() -> None:
    callers, at_once, most = CallersFirst(longest=0.001), 0, 0

    async def one() -> None:
        nonlocal at_once, most
        async with callers.aside():
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.001)
            at_once -= 1

    await asyncio.gather(*(one() for _ in range(5)))
    assert most == 1


async def test_what_stands_aside_and_fails_lets_the_next_one_in() -> None:
    callers = CallersFirst(longest=3600)
    try:
        async with callers.aside():
            raise RuntimeError
    except RuntimeError:
        async with asyncio.timeout(5), callers.aside():
            pass

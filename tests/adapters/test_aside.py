"""Work aside: in its order, one at a time, and felt by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

import pytest

from titus_adapters.aside import TaskAside

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


class Told:
    def __init__(self) -> None:
        self.done: list[str] = []
        self.errors: list[Exception | None] = []

    def work(self, name: str, *, seconds: float = 0.0, error: Exception | None = None) -> Callable[[], Awaitable[None]]:
        async def do() -> None:
            await asyncio.sleep(seconds)
            self.done.append(name)
            if error is not None:
                raise error

        return do


async def test_work_is_done_in_its_order_and_what_pauses_comes_later() -> None:
    aside, told = TaskAside(), Told()
    assert aside.begin(told.work("later"), told.errors.append, pause=0.02)
    for name in ("slow", "quick"):
        assert aside.begin(told.work(name, seconds=0.01 if name == "slow" else 0), told.errors.append)
    assert told.done == []
    await aside.drain()
    assert told.done == ["slow", "quick", "later"]
    assert told.errors == [None, None, None]
    await aside.close()


async def test_what_fails_and_what_hangs_is_told_and_the_rest_goes_on() -> None:
    aside, told = TaskAside(patience=0.02), Told()
    error = ValueError("of no concern")
    aside.begin(told.work("fails", error=error), told.errors.append)
    aside.begin(told.work("hangs", seconds=60), told.errors.append)
    aside.begin(told.work("works"), told.errors.append)
    await aside.drain()
    assert told.done == ["fails", "works"]
    assert told.errors[0] is error
    assert isinstance(told.errors[1], TimeoutError)
    assert told.errors[2] is None
    await aside.close()


async def test_no_more_is_taken_than_there_is_room_for() -> None:
    aside, told = TaskAside(most=2), Told()
    taken = [
        aside.begin(told.work(name), told.errors.append, pause) for name, pause in [("a", 0.0), ("b", 0.01), ("c", 0)]
    ]
    assert taken == [True, True, False]
    await aside.drain()
    assert told.done == ["a", "b"]
    await aside.close()


async def test_it_does_not_run_in_the_context_of_whoever_began_it() -> None:
    aside, seen = TaskAside(), list[str]()
    WHO.set("a request")

    async def look() -> None:
        seen.append(WHO.get())

    aside.begin(look, lambda _: None)
    await aside.drain()
    assert seen == ["nobody"]
    await aside.close()


@pytest.mark.parametrize("begun", [False, True])
async def test_closing_waits_only_so_long(begun: bool) -> None:
    aside, told = TaskAside(), Told()
    if begun:
        aside.begin(told.work("hangs", seconds=60), told.errors.append)
    await aside.close(seconds=0.02)
    assert told.done == []

"""One live world from one seed: Twilio, phones and callers played here, real servers beside it, killed at random."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from tests.aftermath.books import Books, books
from tests.faults.live import people
from tests.faults.live.acts import LINKS, Script, play
from tests.faults.live.clock import BASE, SharedClock
from tests.faults.live.office import Office, hire
from tests.faults.live.processes import Process, Server, Worker, environment, free_port, serving, working
from tests.faults.live.providers import Providers, all_of_them, twilio_alone
from tests.faults.live.wire import BalancedWire
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_core.calls import find_lost_calls as lost_calls
from titus_core.calls import find_lost_conversations as lost_conversations
from titus_core.calls import pull_conversation
from titus_core.hunt_groups.availability import MemberState
from titus_core.jobs.model import JobState
from titus_core.jobs.periodic import PERIODS
from titus_http import bootstrap, settings
from titus_http.bootstrap import TEST_BASE_URL, Running
from titus_http.cli.demo import QuietServer
from titus_http.server import config_for
from titus_http.webhooks.twilio.fallback import static_document

AGENT = b"<Response><Connect><Stream url='wss://agent.invalid'/></Connect></Response>"
QUIET_WITHIN = 300.0
"""Seconds of the machine for the last calls to end, and again for all to be settled."""

SLOW, LONG_DOWN = 0.1, 1.0
"""When an answer or a restart takes longer (in seconds of the machine), the world waits for it."""


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in the world, and what is stored now. `restarts` are the seconds from a start until readiness,
    `exits` how the processes ended when they were asked to. `books` tell of what followed the calls, if it was
    played."""

    script: Script
    providers: Providers
    wire: BalancedWire
    store: Any
    members: tuple[MemberState, ...]
    books: Books | None
    restarts: list[float]
    seconds: float
    log: str
    exits: list[int]

    @property
    def twilio(self) -> TwilioSandbox:
        return self.providers.twilio


@asynccontextmanager
async def played(script: Script) -> AsyncIterator[Played]:
    """Play it to the end and stop the processes; then the store is open for questions."""
    began = time.monotonic()
    rest_port = free_port()
    servers: list[Server] = []
    wire = BalancedWire(servers, {"elsewhere.example": static_document(LINKS, None, ()), "agent.example": AGENT})
    outside = (all_of_them if script.afterwards else twilio_alone)(script, wire, f"http://127.0.0.1:{rest_port}")
    variables = _variables(script) | outside.variables
    known = settings.read(variables)
    clock = SharedClock.new(script.folder / "clock", script.speed)
    async with bootstrap.open_titus(known, claim=True) as running:
        await running.store.transact(people.move_in, people.MovingIn(BASE, afterwards=script.afterwards))
        await hire(running.store, clock)
    servers += [
        Server(serving(clock), environment(**variables), script.folder / f"server{number}.log")
        for number in range(script.servers)
    ]
    workers = [
        Worker(working(clock), environment(**variables), script.folder / f"worker{number}.log")
        for number in range(script.workers)
    ]
    processes: list[Process] = [*servers, *workers]

    def keeps_up() -> bool:
        return wire.slowest() < SLOW and all(server.down_for() < LONG_DOWN for server in servers)

    async with (
        _sandbox(outside, rest_port, clock, keeps_up),
        bootstrap.open_titus(known) as running,
    ):
        try:
            restarts = await play(script, outside.twilio, processes)
            if outside.lines is not None:
                outside.lines.rate = 0.0
            await _until(partial(_is_quiet, outside.twilio, wire), "calls still go on")
            await _until(partial(_has_looked, running.store, clock.now()), "the provider's list is not read")
            await _until(partial(_is_settled, running.store), "calls are not settled")
            books = await _books(running, outside, servers[0].port, clock) if outside.elevenlabs is not None else None
            await wire.close()
            exits = [await asyncio.to_thread(process.stop) for process in processes]
        finally:
            for process in processes:
                process.end_for_sure()
            await wire.close()
        yield Played(
            script=script,
            providers=outside,
            wire=wire,
            store=running.store,
            members=await running.store.transact(_members, None),
            books=books,
            restarts=restarts,
            seconds=time.monotonic() - began,
            log="".join(process.log.read_text("utf-8", "replace") for process in processes),
            exits=exits,
        )


def _variables(script: Script) -> dict[str, str]:
    return {
        "BASE_URL": TEST_BASE_URL,
        "DATABASE_URL": script.database,
        "RAILWAY_VOLUME_MOUNT_PATH": str(script.folder),
        "TITUS_SECRET_KEY": "0123456789abcdef" * 4,
    }


async def _books(running: Running, outside: Providers, port: int, clock: SharedClock) -> Books:
    """When all that follows the calls is done, what a person had tried again included."""
    assert outside.elevenlabs is not None
    store = running.store
    clock.skip(pull_conversation.NEVER_AFTER)  # what was prepared, and never took place, is given up then
    await _until(partial(_is_worked_off, store, clock.now()), "jobs are left")
    async with Office(port) as office:
        seen = await office.stuck(), await office.gaps()
        for job in seen[0]:
            await office.try_again(job)
    await _until(partial(_is_worked_off, store, clock.now()), "jobs are left")
    return await books(store, running.titus.use_cases.files, outside.twilio, outside.elevenlabs, seen)


async def _is_worked_off(store: Any, since: datetime) -> bool:
    """The providers' lists were read to their ends since then, and nothing else is left to do."""
    looked = [await store.reader.watermark(name) for name in (lost_calls.WATERMARK, lost_conversations.WATERMARK)]
    if any(mark is None or mark.at < since for mark in looked):
        return False
    return all(one.state is JobState.STUCK or one.kind in PERIODS for one in await store.jobs.counts())


@asynccontextmanager
async def _sandbox(
    outside: Providers, port: int, clock: SharedClock, keeps_up: Callable[[], bool]
) -> AsyncIterator[None]:
    """The sandboxes with their REST APIs on this port, by the shared clock, which runs."""
    server = QuietServer(config_for(outside.app, "127.0.0.1", port))
    tasks = [
        asyncio.create_task(clock.run(keeps_up)),
        asyncio.create_task(outside.twilio.run_in_real_time(clock.speed, clock.seconds)),
    ]
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:  # noqa: ASYNC110 (uvicorn tells it by a flag only)
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(serving, *tasks, return_exceptions=True)


async def _is_quiet(twilio: TwilioSandbox, wire: BalancedWire) -> bool:
    """Nothing is planned in the world, and nothing on the way."""
    return twilio.board.agenda.next_at() is None and not wire.under_way


async def _has_looked(store: Any, since: datetime) -> bool:
    """Whoever reached no server is learnt of by then."""
    mark = await store.reader.watermark(lost_calls.WATERMARK)
    return mark is not None and mark.at >= since


async def _is_settled(store: Any) -> bool:
    for_ever = BASE + timedelta(days=400)
    return not await store.reader.due(for_ever, 1) and not await store.reader.waiting(for_ever, 1)


async def _until(condition: Callable[[], Any], otherwise: str) -> None:
    deadline = time.monotonic() + QUIET_WITHIN
    while not await condition():
        assert time.monotonic() < deadline, otherwise
        await asyncio.sleep(0.2)


async def _members(tx: Any, command: None) -> tuple[MemberState, ...]:
    states = await tx.members.states(people.STAFF)
    return tuple(states.values())

"""One live world from one seed: Twilio, phones and callers played here, real servers beside it, killed at random."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec

from tests.faults.live import people, weather
from tests.faults.live.acts import LINKS, Script, play
from tests.faults.live.clock import BASE, SharedClock
from tests.faults.live.processes import Server, environment, free_port, serving
from tests.faults.live.wire import BalancedWire
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account
from titus_core.hunt_groups.availability import MemberState
from titus_http import bootstrap, settings
from titus_http.bootstrap import TEST_BASE_URL
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
    `exits` how the servers ended when they were asked to."""

    script: Script
    twilio: TwilioSandbox
    wire: BalancedWire
    store: Any
    members: tuple[MemberState, ...]
    restarts: list[float]
    seconds: float
    log: str
    exits: list[int]


@asynccontextmanager
async def played(script: Script) -> AsyncIterator[Played]:
    """Play it to the end and stop the servers; then the store is open for questions."""
    began = time.monotonic()
    rest_port = free_port()
    account = Account(api_url=f"http://127.0.0.1:{rest_port}/twilio")
    variables = _variables(script, account)
    servers: list[Server] = []
    wire = BalancedWire(servers, {"elsewhere.example": static_document(LINKS, None, ()), "agent.example": AGENT})
    twilio = TwilioSandbox(
        wire,
        account=account,
        seed=script.seed,
        start=BASE,
        switches=weather.SWITCHES[script.seed % len(weather.SWITCHES)],
        chaos=weather.chaos(script.seed),
    )
    known = settings.read(variables)
    async with bootstrap.open_titus(known, claim=True) as running:
        await running.store.transact(people.move_in, BASE)
    clock = SharedClock.new(script.folder / "clock", script.speed)
    servers += [
        Server(serving(clock), environment(**variables), script.folder / f"server{number}.log")
        for number in range(script.servers)
    ]

    def keeps_up() -> bool:
        return wire.slowest() < SLOW and all(server.down_for() < LONG_DOWN for server in servers)

    async with (
        _sandbox(twilio, rest_port, clock, keeps_up),
        bootstrap.open_titus(known) as running,
    ):
        try:
            restarts = await play(script, twilio, servers)
            await _until(partial(_is_quiet, twilio, wire), "calls still go on")
            await _until(partial(_is_settled, running.store), "calls are not settled")
            await wire.close()
            exits = [await asyncio.to_thread(server.stop) for server in servers]
        finally:
            for server in servers:
                server.end_for_sure()
            await wire.close()
        yield Played(
            script=script,
            twilio=twilio,
            wire=wire,
            store=running.store,
            members=await running.store.transact(_members, None),
            restarts=restarts,
            seconds=time.monotonic() - began,
            log="".join(server.log.read_text("utf-8", "replace") for server in servers),
            exits=exits,
        )


def _variables(script: Script, account: Account) -> dict[str, str]:
    return {
        "BASE_URL": TEST_BASE_URL,
        "DATABASE_URL": script.database,
        "RAILWAY_VOLUME_MOUNT_PATH": str(script.folder),
        "TITUS_SECRET_KEY": "0123456789abcdef" * 4,
        "TWILIO_ACCOUNT_SID": account.sid,
        "TWILIO_AUTH_TOKEN": account.auth_token,
        "TWILIO_BASE_URL": account.api_url,
        "ELEVENLABS_AGENT_ID": "agent_live",
        "ELEVENLABS_API_KEY": "played here",
        "ELEVENLABS_BASE_URL": "https://agent.example",
    }


@asynccontextmanager
async def _sandbox(
    twilio: TwilioSandbox, port: int, clock: SharedClock, keeps_up: Callable[[], bool]
) -> AsyncIterator[None]:
    """The sandbox with its REST API on this port, by the shared clock, which runs."""
    app = create_sandbox_app(twilio_part(twilio, speed=None))
    server = QuietServer(config_for(app, "127.0.0.1", port))
    tasks = [
        asyncio.create_task(clock.run(keeps_up)),
        asyncio.create_task(twilio.run_in_real_time(clock.speed, clock.seconds)),
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

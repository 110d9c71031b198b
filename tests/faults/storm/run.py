"""Real servers, a crowd of callers who are hunted for, and beside them a storm of posts; measured from outside."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tests.faults.http_line import Asked, Line, request
from tests.faults.live.processes import Process, Server, Worker, environment, free_port
from tests.faults.live.wire import BalancedWire
from tests.faults.storm import callers
from tests.faults.storm.callers import Crowd
from tests.faults.storm.posts import AGENT, SECRET, Post, storm
from titus_adapters.sandbox.anthropic.faults import Fault, Hang
from titus_adapters.sandbox.anthropic.part import anthropic_part
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import JobState
from titus_core.jobs.periodic import PERIODS
from titus_core.kernel.ids import CallId
from titus_http import bootstrap, settings
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.cli.demo import QuietServer
from titus_http.server import config_for

POST_CALL = urlsplit(f"{TEST_BASE_URL}/api/voice/elevenlabs/post-call").path
TITUS = [sys.executable, "-m", "titus_http.cli"]
DRAINED_WITHIN = 600.0
"""Seconds in which all summaries are to be written; what a busy machine needs is told, not asserted."""

THINKS = 0.5
"""Seconds that a model takes for a summary; real ones take longer."""

_LATER = {Kind.KEEP_CONVERSATION_AUDIO}
"""Asked for minutes afterwards, when the provider sent no sound by itself."""


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """So many posts within `seconds`, beside so many callers at once. `calm`: seconds without a storm before it.
    `database` is a DATABASE_URL."""

    seed: int
    posts: int
    seconds: float
    callers: int
    calm: float
    database: str
    folder: Path
    servers: int = 1
    workers: int = 0


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """`answers` are the posts' own, in their order; `storm` is from when until when it lasted (monotonic seconds),
    `drained` when the last job was done. `grown` is how many bytes of memory the largest process had more at most than
    before the storm."""

    script: Script
    posts: Sequence[Post]
    answers: Sequence[Asked]
    wire: BalancedWire
    twilio: TwilioSandbox
    store: Any
    storm: tuple[float, float]
    drained: float
    grown: int
    log: str


@asynccontextmanager
async def played(script: Script) -> AsyncIterator[Played]:
    """To the end of all that follows, and the processes are stopped; then the store is open for questions."""
    random = Random(script.seed)  # noqa: S311 (not a secret)
    port = free_port()
    servers: list[Server] = []
    wire = BalancedWire(servers, {})
    twilio = TwilioSandbox(
        wire,
        account=Account(api_url=f"http://127.0.0.1:{port}/twilio"),
        seed=script.seed,
        start=datetime.now(UTC),
    )
    elevenlabs = ElevenLabsSandbox(wire, beside=twilio, seed=script.seed + 1)  # with the same, ids would be the same
    elevenlabs.agent(AGENT)
    variables = _variables(script, twilio, elevenlabs)
    known = settings.read(variables)
    async with bootstrap.open_titus(known, claim=True) as running:
        calls = await _move_in(running.store, script)
    servers += [
        Server([*TITUS, "serve"], environment(**variables), script.folder / f"server{number}.log")
        for number in range(script.servers)
    ]
    workers = [
        Worker([*TITUS, "worker"], environment(**variables), script.folder / f"worker{number}.log")
        for number in range(script.workers)
    ]
    processes: list[Process] = [*servers, *workers]
    posts = storm(elevenlabs, calls, script.posts, script.seconds, random)
    callers.connect(twilio, random)
    crowd = Crowd(twilio, random)
    async with _sandboxes(twilio, elevenlabs, port), bootstrap.open_titus(known) as running:
        try:
            await asyncio.gather(*(process.start() for process in processes))
            async with _crowded(crowd, script.callers):
                await asyncio.sleep(script.calm)
                before = [process.memory() for process in processes]
                watching = asyncio.create_task(_most_grown(processes, before))
                began = time.monotonic()
                answers = await asyncio.gather(*(_sent(post, servers, number) for number, post in enumerate(posts)))
                ended = time.monotonic()
            drained = await _drained(running.store)
            await _quiet(twilio, wire)
            watching.cancel()
            grown = await watching
        finally:
            for process in processes:
                process.end_for_sure()
            await wire.close()
        yield Played(
            script=script,
            posts=posts,
            answers=answers,
            wire=wire,
            twilio=twilio,
            store=running.store,
            storm=(began, ended),
            drained=drained - ended,
            grown=grown,
            log="".join(process.log.read_text("utf-8", "replace") for process in processes),
        )


def _variables(script: Script, twilio: TwilioSandbox, elevenlabs: ElevenLabsSandbox) -> dict[str, str]:
    account, origin = twilio.board.account, twilio.board.account.api_url.removesuffix("/twilio")
    return {
        "BASE_URL": TEST_BASE_URL,
        "DATABASE_URL": script.database,
        "RAILWAY_VOLUME_MOUNT_PATH": str(script.folder),
        "TITUS_SECRET_KEY": "0123456789abcdef" * 4,
        "TWILIO_ACCOUNT_SID": account.sid,
        "TWILIO_AUTH_TOKEN": account.auth_token,
        "TWILIO_BASE_URL": account.api_url,
        "TWILIO_PHONE_NUMBER": callers.line_of(0),
        "ELEVENLABS_AGENT_ID": AGENT,
        "ELEVENLABS_API_KEY": elevenlabs.desk.account.api_key,
        "ELEVENLABS_BASE_URL": f"{origin}/elevenlabs",
        "ELEVENLABS_WEBHOOK_SECRET": SECRET,
        "ANTHROPIC_API_KEY": AnthropicSandbox().api_key,
        "ANTHROPIC_BASE_URL": f"{origin}/anthropic",
    }


async def _move_in(store: Any, script: Script) -> list[CallId]:
    """The calls that conversations will be of."""
    now = datetime.now(UTC)
    await store.transact(callers.move_in, now)
    known = tuple(callers.known_call(number, now - timedelta(hours=1)) for number in range(1, script.posts // 2 + 1))
    await store.transact(callers.remember, known)
    return [call.id for call in known]


@asynccontextmanager
async def _sandboxes(twilio: TwilioSandbox, elevenlabs: ElevenLabsSandbox, port: int) -> AsyncIterator[None]:
    """On this port, in the time of the machine."""
    parts = (
        twilio_part(twilio, speed=None),
        elevenlabs_part(elevenlabs, speed=None),
        anthropic_part(_thinking(), strict=True),
    )
    server = QuietServer(config_for(create_sandbox_app(*parts), "127.0.0.1", port))
    moving = asyncio.create_task(twilio.run_in_real_time())
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:  # noqa: ASYNC110 (uvicorn tells it by a flag only)
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        moving.cancel()
        await asyncio.gather(serving, moving, return_exceptions=True)


def _thinking() -> AnthropicSandbox:
    models = AnthropicSandbox()
    models.break_rest(Fault(does=Hang(seconds=THINKS), path="/messages", times=1_000_000))
    return models


@asynccontextmanager
async def _crowded(crowd: Crowd, most: int) -> AsyncIterator[None]:
    async def keep() -> None:
        while True:
            crowd.keep(most)
            await asyncio.sleep(0.05)

    keeping = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        crowd.go()


async def _sent(post: Post, servers: Sequence[Server], number: int) -> Asked:
    """At its time, over a connection of its own, as the provider would; the seconds count from then."""
    await asyncio.sleep(post.at)
    if post.genuine:
        post.conversation.status = "done"
    began = time.monotonic()
    line = Line(servers[number % len(servers)].port)
    try:
        answer = await line.ask(request("POST", POST_CALL, post.headers, post.body))
    finally:
        line.close()
    return msgspec.structs.replace(answer, sent=began)


async def _most_grown(processes: Sequence[Process], before: Sequence[int]) -> int:
    """Until cancelled."""
    most = 0
    with suppress(asyncio.CancelledError):
        while True:
            grown = [process.memory() - was for process, was in zip(processes, before, strict=True)]
            most = max(most, *grown)
            await asyncio.sleep(0.2)
    return most


async def _drained(store: Any) -> float:
    """When no job is left but what comes round."""
    async with asyncio.timeout(DRAINED_WITHIN):
        while not await _is_worked_off(store):  # noqa: ASYNC110 (other processes)
            await asyncio.sleep(0.2)
    return time.monotonic()


async def _quiet(twilio: TwilioSandbox, wire: BalancedWire) -> None:
    """Until nothing more is planned at the callers' end, and nothing is on its way."""
    async with asyncio.timeout(DRAINED_WITHIN):
        while twilio.board.agenda.next_at() is not None or wire.under_way:  # noqa: ASYNC110 (it tells nobody)
            await asyncio.sleep(0.2)


async def _is_worked_off(store: Any) -> bool:
    counts = await store.jobs.counts()
    return all(one.state is JobState.STUCK or one.kind in {*PERIODS, *_LATER} for one in counts)

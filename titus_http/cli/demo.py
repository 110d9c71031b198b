"""Two callers, one real server, every provider played by the sandbox: no credentials, no network.

Time runs `SPEED` times as fast for all of them, so that ringing for twenty seconds takes one. Everything else is as in
production: signed webhooks over HTTP, SQLite on disk, the same use cases.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import indent
from typing import Any, NamedTuple

from titus_core.callbacks.model import Callback
from titus_core.calls.evidence import answered_by, outcome, result
from titus_core.calls.model import Call, Outcome
from titus_core.calls.transcripts import Transcript, as_text, summary_of
from titus_core.kernel.ids import CallId
from titus_core.messaging.model import Message, MessageStatus
from titus_core.messaging.ports import MessageFilter
from titus_http import bootstrap, settings
from titus_http.cli import demo_people as people
from titus_http.cli.failures import Failed
from titus_http.cli.listening import listen
from titus_http.server import TimedServer, config_for, loop_factory
from titus_http.webhooks.twilio.links import Links

AGENT = "agent_demo"
SPEED = 20.0
PATIENCE_SECONDS = 60.0
_PORT, _SANDBOX_PORT = 3000, 4010


class Kept(NamedTuple):
    """What Titus keeps of one call."""

    call: Call | None
    transcript: Transcript | None
    callback: Callback | None
    texts: tuple[Message, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is awaited any more: a copy of every recording, and of one at least where somebody answered;
        a summary of what was said to the agent, and where nobody answered a callback and a text that arrived."""
        call = self.call
        if call is None or call.settled_at is None or any(recording.file is None for recording in call.recordings):
            return False
        if outcome(call) is Outcome.ANSWERED and not call.recordings:
            return False
        arrived = [text for text in self.texts if text.status is MessageStatus.DELIVERED]
        if outcome(call) is not Outcome.ANSWERED and (self.callback is None or not arrived):
            return False
        return call.agent.served_at is None or (self.transcript is not None and self.transcript.summary is not None)


class FastClock:
    """The clock that everybody in the demo goes by."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * SPEED)


class QuietServer(TimedServer):
    """Leaves Ctrl-C to the demo: two servers in one process would each take it for themselves."""

    def capture_signals(self) -> Any:
        return nullcontext()


def run(options: argparse.Namespace) -> int:
    """0 if both calls ended as they should."""
    logging.basicConfig(level=logging.WARNING)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        try:
            return runner.run(_demo())
        except KeyboardInterrupt:
            return 0


async def _demo() -> int:
    with tempfile.TemporaryDirectory(prefix="titus-demo-") as folder:
        password = secrets.token_urlsafe(12)
        async with _servers(Path(folder), password) as (running, twilio, base_url, sandbox_url):
            good = await _play(running, twilio, base_url)
            print(f"API reference    {base_url}/schema")
            print(f"Sandbox control  {sandbox_url}/")
            print(f"Sign in          POST {base_url}/api/auth/login as {people.EMAIL} / {password}")
            if good and sys.stdin.isatty() and os.environ.get("CI") != "true":
                print("\nServing until Ctrl-C.")
                await asyncio.Event().wait()
            return 0 if good else 1


@asynccontextmanager
async def _servers(folder: Path, password: str) -> AsyncIterator[tuple[bootstrap.Running, Any, str, str]]:
    """Titus and the sandbox, serving; each on its usual port if that is free."""
    titus_socket, sandbox_socket = _listen(_PORT), _listen(_SANDBOX_PORT)
    base_url, sandbox_url = (f"http://127.0.0.1:{s.getsockname()[1]}" for s in (titus_socket, sandbox_socket))
    sandboxes = bootstrap.open_sandboxes(sandbox_url)
    twilio = sandboxes.twilio
    sandboxes.elevenlabs.agent(AGENT)
    sandboxes.elevenlabs.subscribe(f"{base_url}/api/voice/elevenlabs/post-call", secret := secrets.token_hex(16))
    sandbox_app = bootstrap.serve_sandboxes(sandboxes, speed=SPEED)
    known = settings.read(_environment(folder, base_url, sandbox_url, twilio.board.account, secret))
    async with bootstrap.open_titus(known, claim=True, clock=FastClock()) as running:
        await people.move_in(running.titus.use_cases, password)
        servers = [
            (QuietServer(config_for(running.titus.app, "127.0.0.1", 0)), titus_socket),
            (QuietServer(config_for(sandbox_app, "127.0.0.1", 0)), sandbox_socket),
        ]
        tasks = [asyncio.create_task(server.serve(sockets=[listener])) for server, listener in servers]
        tasks.append(asyncio.create_task(running.titus.ticker.run()))
        await running.titus.working.start()
        while not all(server.started for server, _ in servers):  # noqa: ASYNC110 (uvicorn tells it by a flag only)
            await asyncio.sleep(0.02)
        try:
            yield running, twilio, base_url, sandbox_url
        finally:
            await running.titus.working.stop()
            for server, _ in servers:
                server.should_exit = True
            tasks[-1].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _listen(port: int) -> socket.socket:
    try:
        return listen("127.0.0.1", port)
    except Failed:
        return listen("127.0.0.1", 0)


def _environment(folder: Path, base_url: str, sandbox_url: str, account: Any, secret: str) -> dict[str, str]:
    return {
        "BASE_URL": base_url,
        "DATABASE_URL": f"sqlite:///{folder / 'titus.db'}",
        "RAILWAY_VOLUME_MOUNT_PATH": str(folder),
        "TITUS_SECRET_KEY": secrets.token_hex(32),
        "TWILIO_ACCOUNT_SID": account.sid,
        "TWILIO_AUTH_TOKEN": account.auth_token,
        "TWILIO_PHONE_NUMBER": people.NUMBER,
        "TWILIO_BASE_URL": f"{sandbox_url}/twilio",
        "ELEVENLABS_AGENT_ID": AGENT,
        "ELEVENLABS_API_KEY": "played-by-the-sandbox",
        "ELEVENLABS_BASE_URL": f"{sandbox_url}/elevenlabs",
        "ELEVENLABS_WEBHOOK_SECRET": secret,
        "ANTHROPIC_API_KEY": "played-by-the-sandbox",
        "ANTHROPIC_BASE_URL": f"{sandbox_url}/anthropic",
    }


async def _play(running: bootstrap.Running, twilio: Any, base_url: str) -> bool:
    """Both calls, told as they went; whether they ended as they should."""
    links = Links(base_url)
    twilio.world.number(
        people.NUMBER, voice_url=links.inbound(), voice_fallback_url=links.fallback(), status_callback=links.status()
    )
    good = True
    for scene in people.SCENES:
        people.set_phones(twilio.world, scene)
        ringing = twilio.call(people.caller(scene), people.NUMBER)
        kept = await _settled(running, CallId(ringing.sid))
        _tell(scene, twilio.describe(ringing, webhooks=False), kept)
        good = good and kept.call is not None and outcome(kept.call) == scene.ends and kept.is_whole
    return good


async def _settled(running: bootstrap.Running, call_id: CallId) -> Kept:
    """The call once it is settled and what belongs to it is kept; as it is, if that takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    kept = await _found(running, call_id)
    while not kept.is_whole and time.monotonic() < deadline:
        await asyncio.sleep(0.1)  # the ticker settles calls once a second
        kept = await _found(running, call_id)
    return kept


async def _found(running: bootstrap.Running, call_id: CallId) -> Kept:
    reader = running.store.reader
    texts = [text for text in (await reader.messages(MessageFilter(), 10, None)).items if text.call_id == call_id]
    transcript, callback = await reader.transcript_of(call_id), await reader.callback(call_id)
    return Kept(await reader.call(call_id), transcript, callback, tuple(texts))


def _tell(scene: people.Scene, story: list[str], kept: Kept) -> None:
    print(f"\n=== {scene.title} ===")
    print("\n".join(story))
    if kept.call is None:
        print("    Titus knows nothing of this call.")
        return
    _tell_call(kept.call)
    if kept.transcript is not None:
        print("    transcript:")
        print(indent(as_text(kept.transcript.conversation) or "nothing was said", " " * 8))
        print(f"    summary: {summary_of(kept.transcript)}")
    for text in kept.texts:
        print(f"    text to {text.to_number}: {text.body} ({text.status})")
    if kept.callback is not None:
        print(f"    callback: {kept.callback.state}, owed to {kept.callback.from_number} since the call settled")
    print(f"    settled: {kept.call.settled_at is not None}\n")


def _tell_call(call: Call) -> None:
    for wave in call.waves:
        for attempt in wave.attempts:
            print(f"    attempt {wave.number}: {attempt.name} ({attempt.address}): {result(call, wave, attempt)}")
    by = answered_by(call)
    print(f"    outcome: {outcome(call)}" + (f" by {by.name}" if by is not None else ""))
    for recording in call.recordings:
        kept = f"stored as {recording.file.key}, {recording.file.size:,} bytes" if recording.file else "not stored"
        print(f"    recording: {recording.duration} s, {kept}")

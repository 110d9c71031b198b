"""A large audio event to a process as an operator runs it: killed midway nothing stays, whole it can be heard."""

from __future__ import annotations

import asyncio
import base64
import hmac
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.journeys.test_serve import PASSWORD, Server, signed_in
from titus_http.webhooks.elevenlabs.routes import POST_CALL

SECRET = "wsec_of_a_process"
SOUND = bytes(range(256)) * 32_768
EVENT = b'{"type":"post_call_audio","event_timestamp":1,"data":{"full_audio":"%b","conversation_id":"conv_1"}}'
BODY = EVENT % base64.b64encode(SOUND)
PIECE = 65_536


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path)
    server.environment["ELEVENLABS_WEBHOOK_SECRET"] = SECRET
    await server.start()
    yield server
    await server.http.aclose()
    if server.process is not None and server.process.poll() is None:
        server.end(signal.SIGKILL)


async def send(server: Server, pieces: AsyncIterator[bytes]) -> int:
    """The status of the answer."""
    sent = int(time.time())
    digest = hmac.digest(SECRET.encode(), f"{sent}.".encode() + BODY, "sha256").hex()
    headers = {"elevenlabs-signature": f"t={sent},v0={digest}", "content-type": "application/json"}
    answer = await server.http.post(POST_CALL, content=pieces, headers=headers, timeout=60)
    return answer.status_code


async def whole() -> AsyncIterator[bytes]:
    for start in range(0, len(BODY), PIECE):
        yield BODY[start : start + PIECE]


def left(server: Server) -> list[str]:
    """What lies where sound comes in and goes to."""
    folders = (server.home / "spool", server.home / "files")
    return [path.name for folder in folders for path in folder.rglob("*") if path.is_file()]


async def test_of_half_an_event_nothing_stays_and_a_whole_one_can_be_heard(server: Server) -> None:
    halfway = asyncio.Event()

    async def half() -> AsyncIterator[bytes]:
        for start in range(0, len(BODY) // 2, PIECE):
            yield BODY[start : start + PIECE]
        halfway.set()
        await asyncio.Event().wait()

    sending = asyncio.create_task(send(server, half()))
    await halfway.wait()
    async with asyncio.timeout(30):
        while not (server.home / "spool").exists():  # noqa: ASYNC110 (another process: no event to wait for)
            await asyncio.sleep(0.05)
    server.end(signal.SIGKILL)
    sending.cancel()
    with suppress(asyncio.CancelledError, httpx.TransportError):
        await sending
    assert left(server) == []
    await server.start()
    assert await send(server, whole()) == 200
    assert left(server) == ["told.mp3"]
    made = server.command(
        "users", "create", "--email", "robin@x.example", "--name", "Robin", "--role", "superadmin", "--password-stdin",
        stdin=PASSWORD,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    boss = await signed_in(server, "robin@x.example")
    link = (await server.http.get("/api/voice/conversations/conv_1/audio-token", headers=boss)).json()
    assert (await server.http.get(link["url"])).content == SOUND
    assert server.end(signal.SIGTERM) == 0

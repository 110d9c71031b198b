"""Sound may take long to come in, but may not pause, and not for ever."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from tests.faults.clients.serving import QUICK, Client, post, serving
from tests.faults.clients.test_slow_clients import TIMED_OUT
from titus_http.webhooks.elevenlabs.routes import POST_CALL

PIECE = b"x" * 100
STEP = QUICK.body / 3
CHUNKED = f"POST {POST_CALL} HTTP/1.1\r\nHost: titus\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
CHUNK = b"64\r\n" + PIECE + b"\r\n"


async def counting(scope: Any, receive: Any, send: Any) -> None:
    """Says how many bytes it was sent."""
    if scope["type"] == "lifespan":
        return
    count, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        count, more = count + len(message["body"]), message["more_body"]
    answer = str(count).encode()
    headers = [(b"content-length", str(len(answer)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


def turned_away(answer: bytes) -> bool:
    """What was sent after the end of a connection may take its last words away."""
    return answer.removesuffix(b"reset") in {b"", TIMED_OUT}


async def drip(client: Client, times: int, piece: bytes) -> None:
    for _ in range(times):
        await client.send(piece)
        await asyncio.sleep(STEP)


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_long_body_may_take_longer_than_others(chunked: bool) -> None:
    async with serving(counting) as service:
        client = await service.client(CHUNKED if chunked else post(POST_CALL, 900))
        await drip(client, 9, CHUNK if chunked else PIECE)
        await client.send(b"0\r\n\r\n" if chunked else b"")
        assert (await client.rest()).endswith(b"900")


async def test_elsewhere_it_may_not() -> None:
    async with serving(counting) as service:
        client = await service.client(post("/api/voice/webhook/status", 900))
        await drip(client, 6, PIECE)
        assert turned_away(await client.rest())


async def test_a_long_body_may_not_pause() -> None:
    async with serving(counting) as service:
        client = await service.client(post(POST_CALL, 900))
        await drip(client, 3, PIECE)
        assert await client.rest() == TIMED_OUT


async def test_a_long_body_may_not_come_for_ever() -> None:
    async with serving(counting) as service:
        client = await service.client(CHUNKED)
        began = time.monotonic()
        rest = asyncio.create_task(client.rest())
        while not rest.done():
            assert time.monotonic() - began < QUICK.long_body * 5
            await drip(client, 1, CHUNK)
        assert turned_away(await rest)


async def test_at_a_stop_a_long_body_gets_no_more_time_than_others() -> None:
    async with serving(counting) as service:
        client = await service.client(CHUNKED)
        await drip(client, 2, CHUNK)
        rest = asyncio.create_task(client.rest())
        service.server.should_exit = True
        began = time.monotonic()
        while not rest.done():
            assert time.monotonic() - began < QUICK.long_body
            await drip(client, 1, CHUNK)
        assert turned_away(await rest)


async def test_while_we_are_the_slow_ones_the_sender_waits() -> None:
    pieces = 40
    going = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await going.wait()
        await counting(scope, receive, send)

    async with serving(slow) as service:
        client = await service.client(post(POST_CALL, pieces * 65_536))
        sending = asyncio.create_task(client.send(b"x" * 65_536 * pieces))
        await asyncio.sleep(QUICK.body * 2)
        going.set()
        assert (await client.rest()).endswith(str(pieces * 65_536).encode())
        await sending

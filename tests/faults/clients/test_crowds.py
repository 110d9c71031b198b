"""More connections than Titus serves: those that hang make room, and a webhook is let in before anybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tests.faults.clients.serving import QUICK, Client, QuickProtocol, Service, get, post, serving
from tests.journeys.stage import Stage

HOOK = "/api/voice/webhook/status"
CLOSE = "Connection: close\r\n"


class PatientProtocol(QuickProtocol):
    """Nobody is closed for being slow, only for being one too many."""

    limits = type(QUICK)(connections=QUICK.connections, spare=QUICK.spare, head_at_stop=0.1, body_at_stop=0.1)


async def clients(service: Service, count: int, start: bytes) -> Sequence[Client]:
    return [await service.client(start) for _ in range(count)]


@pytest.mark.parametrize("start", [b"", b"GET / HT", post(HOOK, 10), get("/api/health")])
async def test_whoever_hangs_longest_makes_room(start: bytes) -> None:
    async with serving(Stage().titus.app, PatientProtocol) as service:
        hanging = await clients(service, 2 * QUICK.connections, start)
        for _ in range(3 * QUICK.connections):
            answer = await service.answer(get("/api/health", CLOSE))
            assert answer.startswith(b"HTTP/1.1 200 OK")
        assert service.connections <= QUICK.connections
        async with asyncio.timeout(2):
            await hanging[0].rest()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await hanging[-1].rest()


async def test_if_all_are_being_served_webhooks_and_health_still_are_and_others_are_told_to_come_back() -> None:
    working, over = asyncio.Event(), asyncio.Event()

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        if scope["path"] == "/working":
            working.set()
            await over.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async with serving(busy, PatientProtocol) as service:
        served = await clients(service, QUICK.connections, get("/working"))
        await working.wait()
        for path in (HOOK, "/api/voice/elevenlabs/post-call", "/api/health/ready"):
            assert (await service.answer(get(path, CLOSE))).startswith(b"HTTP/1.1 204")
        answer = await service.answer(get("/api/voice/calls"))
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 1\r\n" in answer
        await clients(service, QUICK.spare, b"GET /api/v")
        await asyncio.sleep(0.05)
        assert service.connections <= QUICK.connections + QUICK.spare
        answer = await service.answer(get(HOOK, CLOSE))
        assert answer.startswith(b"HTTP/1.1 204"), "one that hung has made room"
        over.set()
        assert [await client.read(12) for client in served] == [b"HTTP/1.1 204"] * QUICK.connections


async def test_beyond_the_last_place_a_connection_is_closed_at_once() -> None:
    over = asyncio.Event()

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await over.wait()

    async with serving(busy, PatientProtocol) as service:
        await clients(service, QUICK.connections + QUICK.spare, get(HOOK))
        await asyncio.sleep(0.1)
        assert await service.answer(b"") in {b"", b"reset"}
        assert service.connections == QUICK.connections + QUICK.spare
        over.set()

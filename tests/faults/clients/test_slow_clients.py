"""Clients that hang: in the head, in the body, between requests, before the answer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from tests.faults.clients.serving import QUICK, QuickProtocol, Service, get, post, serving, until
from tests.journeys.stage import Stage

HOOK = "/api/voice/webhook/status"
TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Says hello, later if it is asked at /late, without reading what was sent."""
    if scope["type"] == "lifespan":
        return
    if scope["path"] == "/late":
        await asyncio.sleep(QUICK.body * 2)
    headers = [(b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.mark.parametrize("start", [b"G", b"GET / HTTP/1.1\r\nHos", get()[:-1]])
async def test_a_head_that_does_not_end_is_answered_408(start: bytes) -> None:
    async with serving(app) as service:
        client = await service.client(start)
        assert await client.rest() == TIMED_OUT


async def test_a_head_that_comes_drop_by_drop_gets_no_more_time() -> None:
    async with serving(app) as service:
        client = await service.client(b"GET / HTTP/1.1\r\nA: ")
        rest = asyncio.create_task(client.rest())
        drops = 0
        while not rest.done():
            assert drops < 1000
            await client.send(b"X")
            await asyncio.sleep(QUICK.head / 10)
            drops += 1
        assert drops * QUICK.head / 10 < QUICK.head * 5
        assert (await rest).startswith(TIMED_OUT)


async def test_who_says_nothing_is_closed_without_a_word() -> None:
    async with serving(app) as service:
        assert await (await service.client()).closed()


@pytest.mark.parametrize("path", [HOOK, "/api/auth/login"])
async def test_a_body_that_does_not_end_is_answered_408(path: str, caplog: pytest.LogCaptureFixture) -> None:
    async with serving(Stage().titus.app) as service:
        client = await service.client(post(path, 100) + b"a=b")
        assert await client.rest() == TIMED_OUT
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_an_answer_before_the_end_of_the_body_stands_and_the_body_may_not_hang() -> None:
    async with serving(app) as service:
        client = await service.client(post("/", 100) + b"a=b")
        answer = await client.rest()
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert answer.endswith(b"hello")


@pytest.mark.parametrize("filler", [b"", b"\r\n"])
async def test_a_connection_may_not_idle_for_ever_whatever_it_sends_instead_of_a_request(filler: bytes) -> None:
    async with serving(app) as service:
        size = len(await answer_to(service))
        client = await service.client(get())
        assert (await client.read(size)).endswith(b"hello")
        rest = asyncio.create_task(client.rest())
        for _ in range(100):
            if rest.done():
                break
            await client.send(filler)
            await asyncio.sleep(QUICK.idle / 10)
        assert rest.done()
        assert await rest in {b"", b"reset"}


async def test_a_head_may_not_grow_for_ever() -> None:
    async with serving(app) as service:
        client = await service.client(b"GET / HTTP/1.1\r\n")
        rest = asyncio.create_task(client.rest())
        for number in range(40):
            if rest.done():
                break
            await client.send(b"X-%d: %b\r\n" % (number, b"x" * 4096))
            await asyncio.sleep(0)
        assert b"431 Request Header Fields Too Large" in await rest


async def test_trailers_are_read_by_nobody() -> None:
    seen: list[Any] = []

    async def reading(scope: Any, receive: Any, send: Any) -> None:
        while scope["type"] == "http" and (await receive()).get("more_body"):
            pass
        seen.append(scope.get("headers"))
        await app(scope, receive, send)

    async with serving(reading) as service:
        client = await service.client()
        await client.send(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n")
        assert b"200 OK" in await client.read(60)
    assert seen[-1] == [(b"transfer-encoding", b"chunked")]


@pytest.mark.parametrize("pieces", [1, 400])
async def test_an_answer_that_nobody_reads_does_not_hold_the_application(pieces: int) -> None:
    ended = asyncio.Event()

    async def verbose(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for left in reversed(range(pieces)):
            body = b"x" * (40_000_000 // pieces)
            await send({"type": "http.response.body", "body": body, "more_body": left > 0})
        ended.set()

    async with serving(verbose) as service:
        client = await service.client(get())
        async with asyncio.timeout(10):
            await ended.wait()
        await until(lambda: not service.connections)
        assert len(await client.rest()) < 40_000_000


class RoomyProtocol(QuickProtocol):
    """Takes a whole answer at once, so that nobody waits but the connection itself."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=100_000_000)


async def test_a_connection_that_ends_does_not_wait_for_ever_for_its_answer_to_be_read() -> None:
    body = b"x" * 40_000_000

    async def last_words(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = [(b"content-length", str(len(body)).encode()), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async with serving(last_words, RoomyProtocol) as service:
        client = await service.client(get())
        await until(lambda: service.connections == 1)
        await until(lambda: service.connections == 0)
        assert len(await client.rest()) < len(body)


async def test_who_is_being_served_is_not_hurried() -> None:
    async with serving(app) as service:
        client = await service.client()
        for _ in range(2):
            await client.send(get("/late"))
            assert b"hello" in await client.read(len(await answer_to(service)))


async def test_requests_sent_together_are_answered_one_after_another() -> None:
    async with serving(app) as service:
        client = await service.client(get("/late") + get() * 3)
        size = len(await answer_to(service))
        answers = await client.read(4 * size)
        assert answers.count(b"hello") == 4


async def answer_to(service: Service) -> bytes:
    """The whole answer, as every request of this kind gets it."""
    answer = await service.answer(get(headers="Connection: close\r\n"))
    return answer.replace(b"connection: close\r\n", b"")

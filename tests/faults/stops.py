"""A server that is told to end while it is asked: under load, with clients that hang and listeners that never leave."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.faults.http_line import Asked, Line, request
from tests.faults.live.processes import Server
from tests.faults.live.stored import everything
from tests.faults.load import Load, lost_or_double, settings, sign_in
from titus_adapters.memory.world import World
from titus_http.bootstrap import build_for
from titus_http.webhooks.twilio.body import Form, parse_query
from titus_http.webhooks.twilio.routes import routes

WITHIN = 12.0
"""Seconds that a stop may take (`reliability-and-security.md` S12)."""

SERVE = [sys.executable, "-m", "titus_http.cli", "serve"]
HANGING = (
    b"",
    b"POST /api/voice/webhook/inbound HTTP/1.1\r\nHo",
    b"POST /api/voice/webhook/inbound HTTP/1.1\r\nHost: titus\r\nContent-Length: 900\r\n\r\nCallSid=",
    b"POST /api/auth/login HTTP/1.1\r\nHost: titus\r\nContent-Length: 900\r\n\r\n{",
    b"GET /api/health HTTP/1.1\r\nHost: titus\r\n\r\n",
)


async def one_stop(store: Any, database: str, home: Path, seed: int) -> tuple[list[str], float]:
    """What went wrong, and how many seconds the stop took. `store` is this database, for us."""
    server = Server(SERVE, settings(database, home), home / "log")
    await server.start()
    try:
        token = await sign_in(server.port)
        hanging = [hang(server.port, start) for start in HANGING * 4]
        listening = request("GET", "/api/events", {"Authorization": f"Bearer {token}"})
        hearing = asyncio.create_task(asyncio.to_thread(_all_that_comes, hang(server.port, listening)))
        load = Load(server.port, token=token)
        load.start()
        await asyncio.sleep(random.Random(seed).uniform(0.2, 0.8))  # noqa: S311 (no secret)
        told = time.monotonic()
        status = await asyncio.to_thread(server.stop)
        took = time.monotonic() - told
        await load.give_up()
        heard = await hearing
        for client in hanging:
            client.close()
    finally:
        server.end_for_sure()
    found = [f"exit {status} after {took:.1f} s"] if status != 0 or took > WITHIN else []
    if not heard.endswith(b"0\r\n\r\n"):
        found.append(f"a listener's stream ended in {heard[-40:]!r}")
    found += [f"log: {line}" for line in server.log.read_text().splitlines() if "Traceback" in line or "ERROR" in line]
    found += _unanswered(load, told) + await lost_or_double(store, load) + await _half_served(store, load)
    return [f"stop {seed}: {what}" for what in found], took


def _unanswered(load: Load, told: float) -> list[str]:
    """What was sent before the signal has a whole answer; what was sent after it a whole one, or none at all."""
    early = [each for each in load.asked if each.sent < told and not each.status]
    cut = [each for each in load.asked if each.cut]
    refused = [each for each in load.asked if each.status not in {0, 200, 201}]
    return [f"{each.request[:80]!r}: {each.status}, cut: {each.cut}" for each in (*early, *cut, *refused)]


async def _half_served(store: Any, load: Load) -> list[str]:
    """What nobody got an answer to was not worked on either: Twilio may send it to the next server."""
    inbox = (await everything(store)).inbox
    answered = {_name(each) for each in load.asked if each.status}
    unheard = {_name(each) for each in load.asked if not each.status} - answered
    return [f"{name} is stored, and got no answer" for name in unheard if name in inbox]


def _name(asked: Asked) -> tuple[str, str] | None:
    """The route and the business key of a webhook."""
    head, _, body = asked.request.partition(b"\r\n\r\n")
    target = urlsplit(head.split()[1].decode())
    if (route := _ROUTES.get(target.path.rpartition("/")[2])) is None:
        return None
    form, query = parse_query(body), parse_query(target.query.encode())
    assert isinstance(form, Form)
    assert isinstance(query, Form)
    return route.name, route.read(form, query)[0]


_ROUTES = routes(build_for(World()).calls)


def hang(port: int, start: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(start)
    return client


def _all_that_comes(client: socket.socket) -> bytes:
    with client:
        return b"".join(iter(lambda: client.recv(65536), b""))


async def readiness(port: int, told: asyncio.Event) -> list[int]:
    """What a probe that keeps its connection is answered, from before the stop until the server hangs up."""
    line, answers = Line(port), []
    async with asyncio.timeout(10):
        while True:
            answer = await line.ask(request("GET", "/api/health/ready", {}))
            answers.append(answer.status)
            if answer.status != 200:
                line.close()
                return answers
            told.set()
            await asyncio.sleep(0.005)

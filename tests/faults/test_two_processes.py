"""Two web processes on one PostgreSQL: what one is told the other knows, nobody is rung for two calls, and whoever
listens misses nothing, whichever process or connection dies."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.faults.http_line import Line, request
from tests.faults.listener import Listener
from tests.faults.live.processes import Server
from tests.faults.load import Load, move_in, settings, sign_in, webhook
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_core.calls.events import CallReported
from titus_core.calls.follow_calls import FollowCalls
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import Mark
from titus_core.kernel.ids import CallId
from titus_http.routes.events import cursor, mark

SERVE = [sys.executable, "-m", "titus_http.cli", "serve"]
LATE = CallId("CA" + "f" * 32)
_LINES = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND query ~ '^(LISTEN|NOTIFY)' AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    """The database of both, with people in it."""
    async with PostgresStore(PostgresSettings(postgres_url)) as store:
        await move_in(store)
        yield store


@pytest.fixture
async def two(store: PostgresStore, postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[Server, Server]]:
    servers = [Server(SERVE, settings(postgres_url, tmp_path), tmp_path / f"log{number}") for number in (1, 2)]
    try:
        await asyncio.gather(*(server.start() for server in servers))
        yield servers[0], servers[1]
    finally:
        for server in servers:
            server.end_for_sure()


async def ask(server: Server, path: str, call_id: str, **fields: str) -> str:
    """The document that a signed webhook is answered with."""
    line = Line(server.port)
    answer = await line.ask(webhook(path, call_id, **fields))
    line.close()
    assert answer.status == 200
    return answer.body.decode()


def rung(document: str) -> list[str]:
    return re.findall(r"<Number[^>]*>(\+\d+)</Number>", document)


async def test_what_one_process_is_told_the_other_knows(two: tuple[Server, Server]) -> None:
    one, other = two
    call_id = "CA" + "1" * 32
    first = await ask(one, "inbound", call_id, CallStatus="ringing")
    assert await ask(other, "inbound", call_id, CallStatus="ringing") == first
    second = await ask(other, f"hunt-step?callSid={call_id}&step=1", call_id, DialCallStatus="no-answer")
    assert rung(first) != rung(second)
    await ask(one, "status", call_id, CallStatus="completed", CallDuration="9")
    token = await sign_in(one.port)
    stories = []
    for server in two:
        line = Line(server.port)
        answer = await line.ask(request("GET", f"/api/voice/calls/{call_id}", {"Authorization": f"Bearer {token}"}))
        stories.append(msgspec.json.decode(answer.body))
        line.close()
    assert stories[0] == stories[1]
    assert stories[0]["outcome"] == "caller_hung_up"


async def test_nobody_is_rung_for_two_calls_whichever_process_they_come_to(two: tuple[Server, Server]) -> None:
    """Three people, eight callers at once, half of them at each process; five times."""
    for turn in range(5):
        calls = [f"CA{turn:016x}{number:016x}" for number in range(8)]
        documents = await asyncio.gather(
            *(ask(two[number % 2], "inbound", call_id, CallStatus="ringing") for number, call_id in enumerate(calls))
        )
        people = [phone for document in documents for phone in rung(document)]
        assert sorted(people) == sorted(set(people)), "somebody is rung twice"
        assert len(people) == 3, "somebody is free, and callers are not put through"
        # Each tells the end to the other process than the one that it began at.
        for number, call_id in enumerate(calls):
            await ask(two[(number + 1) % 2], "status", call_id, CallStatus="completed", CallDuration="9")


async def test_a_listener_misses_nothing_and_hears_nothing_twice_whatever_dies(
    two: tuple[Server, Server], store: PostgresStore, postgres_url: str, tmp_path: Path
) -> None:
    one, other = two
    token = await sign_in(one.port)  # and so it is good for both
    moving, steady = Listener(token), Listener(token)
    await moving.begin(one.port)
    await steady.begin(other.port)
    loads = [Load(server.port, callers=2) for server in two]
    for load in loads:
        load.start()
    await moving.heard(30)

    await cut_the_lines(postgres_url)
    await moving.heard(len(moving.messages) + 30)

    await commit_late(postgres_url, steady)
    assert [message.event for message in steady.messages if message.data["sid"] == LATE] == ["answered", "ended"]
    await moving.heard(len(steady.messages))

    one.kill()
    await moving.cut_off()
    await loads[1].end()
    await loads[0].give_up()
    await moving.begin(other.port)

    expected = await everything(store)
    for listener in (moving, steady):
        await listener.heard(len(expected))
        await listener.leave()
        assert [(told.id, told.event, told.data["sid"]) for told in listener.messages] == expected
    assert moving.messages == steady.messages
    assert "Traceback" not in (tmp_path / "log2").read_text()


async def cut_the_lines(url: str) -> None:
    """End the connections on which the processes hear of each other."""
    connection = await asyncpg.connect(url)
    assert len(await connection.fetch(_LINES)) >= 2
    await connection.close()


async def commit_late(url: str, listener: Listener) -> None:
    """Hold a transaction open that stored an event before others did. Nobody may be told the others' before it."""
    event = CallReported(call_id=LATE, status=CallStatus.COMPLETED, direction=Direction.OUTBOUND)
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO events (subject, kind, at, actor_kind, actor_name, data)"
            " VALUES ($1, 'call.reported', now(), 'provider', 'twilio', $2)",
            f"call:{LATE}",
            msgspec.json.encode(event).decode(),
        )
        ours = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
        async with asyncio.timeout(30):
            while await connection.fetchval("SELECT count(*) FROM events WHERE txid > $1", ours) < 50:  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.01)
        assert max(mark(message.id).txid for message in listener.messages) < ours
    await connection.close()
    await listener.heard(len(listener.messages) + 10)


async def everything(store: Any) -> list[tuple[str, str, str]]:
    """What there is to hear, from the first event on: id, kind and call."""
    follow, last, found = FollowCalls(store.feed, store.reader, Mark()), None, []
    while follow.mark != last:
        last = follow.mark
        found += [(cursor(told.mark), told.news.kind.value, str(told.news.call.id)) for told in await follow()]
    return found

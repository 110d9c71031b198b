"""A new call through the whole application on SQLite (durable commit), beside grouped commits of one row and a bare
ASGI answer. In process: no network, so the ratios say what Titus itself costs. Issue 3 adds the peers over sockets."""

from __future__ import annotations

import asyncio
import base64
import hmac
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.journeys.stage import ACCOUNT, ALICE, BEN, CALLER, TITUS_NUMBER, Stage
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_http.bootstrap import TEST_BASE_URL

CALLS, AT_ONCE = 2000, 16
PATH = "/api/voice/webhook/inbound"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        titus = asyncio.run(_titus(Path(folder)))
        commits = _grouped_commits(Path(folder))
    bare = asyncio.run(_many(_bare, [(b"", "")] * CALLS))
    print(f"new calls, {AT_ONCE} at once         {titus:7.0f} /s   (SQLite, synchronous=FULL, one commit per request)")
    print(f"  one row, {AT_ONCE} to a commit      {commits:7.0f} /s   {titus / commits:.0%} of it")
    print(f"  bare ASGI answer            {bare:7.0f} /s   {titus / bare:.1%} of it")


async def _titus(folder: Path) -> float:
    store = SqliteStore(SqliteSettings(folder / "titus.db"))
    await store.migrate()
    await store.open()
    stage = Stage(store)
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN)
    rate = await _many(stage.titus.app, [_request(n) for n in range(CALLS)])
    await store.close()
    return rate


def _request(number: int) -> tuple[bytes, str]:
    fields = {
        "AccountSid": ACCOUNT.sid,
        "CallSid": f"CA{number:032x}",
        "From": CALLER,
        "To": TITUS_NUMBER,
        "CallStatus": "ringing",
    }
    signed = TEST_BASE_URL + PATH + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.digest(ACCOUNT.auth_token.encode(), signed.encode(), "sha1")
    return urlencode(fields).encode(), base64.b64encode(digest).decode()


async def _many(app: Any, requests: list[tuple[bytes, str]]) -> float:
    """Requests a second."""
    waiting = iter(requests)
    began = time.perf_counter()

    async def worker() -> None:
        for body, signature in waiting:
            await _ask(app, body, signature)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(requests) / (time.perf_counter() - began)


async def _ask(app: Any, body: bytes, signature: str) -> None:
    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"x-twilio-signature", signature.encode())]
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": headers,
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        assert message.get("status", 200) == 200

    await app(scope, receive, send)


async def _bare(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"<Response/>"})


def _grouped_commits(folder: Path) -> float:
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode=wal", "synchronous=full"):
        database.execute(f"pragma {pragma}")
    database.execute("create table t (id integer primary key, body text)")
    began = time.perf_counter()
    for start in range(0, CALLS, AT_ONCE):
        database.execute("begin immediate")
        for number in range(start, start + AT_ONCE):
            database.execute("insert into t values (?, ?)", (number, "x" * 200))
        database.execute("commit")
    rate = CALLS / (time.perf_counter() - began)
    database.close()
    return rate

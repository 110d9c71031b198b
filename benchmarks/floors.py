"""What nothing that does more can beat: a bare answer by the same HTTP server, and one row a unit of work, 64 to a
durable commit. Run as a program it is the bare answer."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import uvicorn

from titus_http.server import config_for, loop_factory

_BODY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_COMMITS, _AT_ONCE = 300, 64


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """200 to everything, after reading the request to its end."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body", False):
        pass
    headers = [(b"content-type", b"text/xml"), (b"content-length", str(len(_BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _BODY})


def grouped_commits(folder: Path) -> float:
    """Rows a second, one insert each, 64 to a commit that waits for the disk."""
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
    began = time.perf_counter()
    for _ in range(_COMMITS):
        database.execute("BEGIN IMMEDIATE")
        for _ in range(_AT_ONCE):
            database.execute("INSERT INTO t (body) VALUES (?)", ("x" * 200,))
        database.execute("COMMIT")
    rate = _COMMITS * _AT_ONCE / (time.perf_counter() - began)
    database.close()
    return rate


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(uvicorn.Server(config_for(bare, "127.0.0.1", int(os.environ["PORT"]))).serve())

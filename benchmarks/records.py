"""A list of a hundred records of twenty fields over HTTP, from PostgreSQL and from SQLite: `titus serve` beside a small
Express program (`pg`, `better-sqlite3`) that does the same work on the same tables, and Titus with 1,000 rows beside
Titus with many.

Both look the session up by its token's digest, read 101 rows by id, and make the same JSON of 100 of them, with a
signed word for the next page; before anything is measured, their answers are compared. Express does what a list needs
and nothing else: it knows no filters, no privacy classes and no policies.

Rounds are interleaved; of each figure the best round counts, for whatever else runs on the machine only makes it worse.
Latencies are those of one connection; the ratio is of the answers a second of 16.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from benchmarks import load, records_base, servers
from benchmarks.servers import RECORDS, TITUS, Program
from tests.postgres_server import cluster
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_adapters.system import SystemClock
from titus_core.accounts.model import Role, Session, User, token_hash
from titus_core.kernel.ids import UserId

FEW, MANY = 1_000, 1_000_000
PATH = "/api/records/clients"
QUESTIONS = {
    "by id": "",
    "by day": "?sort=planEnd",
    "one option, last seen": "?sort=-seen&filter=" + quote('{"op":"eq","field":"status","value":"Active"}'),
}
_TOKEN = "0123456789abcdef" * 4
_REQUESTS = 200


class Measured(NamedTuple):
    """Answers a second of 16 connections; of one, milliseconds; the server's processor time for a request, in µs."""

    rate: float
    p50: float
    p95: float
    work: float


def main(rounds: int = 3, seconds: int = 3, many: int = MANY) -> None:
    load.demand_wrk()
    print(f"a list of 100 records of 20 fields, the best of {rounds} rounds of {seconds} s")
    for name, place in (("PostgreSQL", _database), ("SQLite", _file)):
        with tempfile.TemporaryDirectory(prefix="titus-bench-") as folder, place(Path(folder)) as where:
            records_base.prepare(where)
            asyncio.run(_sign_in(where))
            records_base.fill(where, range(FEW))
            _beside(name, where, Path(folder), rounds, seconds)
            few = _flat(where, Path(folder), rounds, seconds)
            records_base.fill(where, range(FEW, many))
            _print_flat(name, few, _flat(where, Path(folder), rounds, seconds), many)


@contextmanager
def _file(folder: Path) -> Iterator[Path]:
    yield folder / "titus.db"


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    with cluster() as server:
        yield server.url


async def _sign_in(where: str | Path) -> None:
    store: Any = (
        SqliteStore(SqliteSettings(where)) if isinstance(where, Path) else PostgresStore(PostgresSettings(where))
    )

    async def work(tx: Any, _: None) -> None:
        now = SystemClock().now()
        robin = User(id=UserId(99), email="bench@example.org.au", name="Robin", role=Role.SUPERADMIN, password_hash="-")
        tx.users.save(robin)
        tx.sessions.save(Session(token_hash(_TOKEN), robin.id, now, now))

    async with store:
        await store.transact(work, None)


def _beside(name: str, where: str | Path, folder: Path, rounds: int, seconds: int) -> None:
    answers = [_whole(program, where, folder) for program in (TITUS, RECORDS)]
    for answer in answers:
        assert isinstance(answer.pop("next"), str)
    if answers[0] != answers[1]:
        raise SystemExit(f"the two do not say the same: {str(answers)[:2000]}")
    measured: dict[str, list[Measured]] = {TITUS.name: [], RECORDS.name: []}
    for _ in range(rounds):
        for program in (TITUS, RECORDS):
            measured[program.name].append(_measured(program, where, folder, "", seconds))
    titus, express = (_best(measured[program.name]) for program in (TITUS, RECORDS))
    for who, best in ((TITUS.name, titus), (RECORDS.name, express)):
        print(
            f"{name + ', ' + who:22}{best.rate:8.0f}/s  p50 {best.p50:6.2f} ms  p95 {best.p95:6.2f} ms  "
            f"CPU {best.work:6.0f} µs"
        )
    ratio = titus.rate / express.rate
    print(f"{_met(ratio >= 2)}  {name}: at least 2× Express's requests a second: {ratio:.2f}×")
    print(f"{_met(titus.p95 <= 10)}  {name}: p95 at most 10 ms: {titus.p95:.2f} ms", flush=True)


def _flat(where: str | Path, folder: Path, rounds: int, seconds: int) -> dict[str, Measured]:
    """Of each question, from the beginning and from a page behind it."""
    return {
        f"{told}{', further on' if further else ''}": _best(
            [_measured(TITUS, where, folder, query, seconds, further=further) for _ in range(rounds)]
        )
        for told, query in QUESTIONS.items()
        for further in (False, True)
    }


def _print_flat(name: str, few: dict[str, Measured], found: dict[str, Measured], many: int) -> None:
    for told, before in few.items():
        ratio = found[told].p50 / before.p50
        print(
            f"{_met(ratio <= 1.3)}  {name}, {told}: {many:,} rows at most 1.3× of {FEW:,}: {ratio:.2f}× "
            f"({found[told].p50:.2f} ms)",
            flush=True,
        )


def _measured(
    program: Program, where: str | Path, folder: Path, query: str, seconds: int, *, further: bool = False
) -> Measured:
    with _serving(program, where, folder) as server:
        address = PATH + query
        for _ in range(1 if further else 0):
            cursor = _asked(server.url + address)["next"]
            address = f"{PATH}{query}{'&' if query else '?'}cursor={cursor}"
        requests = load.prepare(folder / "requests", [_request(address)] * _REQUESTS)

        def driven(connections: int, time: int) -> load.Load:
            return load.drive(server.url, requests, connections=connections, seconds=time, again=True)

        driven(8, 1)
        alone = driven(1, seconds)
        before = server.worked
        crowd = driven(16, seconds)
        work = (server.worked - before) / crowd.answered * 1e6
        if alone.refused or crowd.refused:
            raise SystemExit(f"{program.name} refused {alone.refused + crowd.refused} requests")
        return Measured(crowd.rate, alone.p50 / 1e3, alone.p95 / 1e3, work)


def _best(rounds: list[Measured]) -> Measured:
    picks: tuple[Callable[..., float], ...] = (max, min, min, min)
    return Measured(*(pick(figures) for pick, figures in zip(picks, zip(*rounds, strict=True), strict=True)))


def _whole(program: Program, where: str | Path, folder: Path) -> dict[str, Any]:
    with _serving(program, where, folder) as server:
        return _asked(server.url + PATH)


def _asked(address: str) -> dict[str, Any]:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {_TOKEN}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        told: dict[str, Any] = json.load(answer)
        return told


def _request(address: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {_TOKEN}\r\n\r\n".encode()


@contextmanager
def _serving(program: Program, where: str | Path, folder: Path) -> Iterator[servers.Running]:
    (table,) = records_base.catalogue().tables
    fields = [(field.column, field.api, field.kind.value) for field in table.fields]
    database = f"sqlite:///{where}" if isinstance(where, Path) else where
    settings = {"RECORD_FIELDS": msgspec.json.encode(fields).decode(), "DATABASE_URL": database}
    file = where if isinstance(where, Path) else folder / "titus.db"
    with servers.running(program, file, servers.free_port(), settings) as server:
        yield server


def _met(is_met: bool) -> str:
    return "met   " if is_met else "missed"

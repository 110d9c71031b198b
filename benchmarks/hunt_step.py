"""The webhook that moves a hunt on: `titus serve` beside two small Node programs that do the same work.

One request: the URL that Titus's own <Dial action> names, 32 signed fields, of a call whose first or later member did
not answer; the next one is rung. Every request is another step that was never asked for before, so none is answered
from the inbox. All three run on the same tables, filled the same way, with journal_mode=WAL and synchronous=FULL, and
run the same statements for a request:

    SELECT  the stored answer (inbox, by route and key)
    SELECT  the call, its state as JSON
    SELECT  six members: user, availability, heartbeat, engagement
    UPDATE  the call: state and 17 columns, where its version is the known one
    DELETE  the engagement of the member who did not answer
    INSERT  the engagement of the next one, unless another call holds them
    INSERT  the raw request with its answer (inbox)
    INSERT  two or three events, in one statement

Express and Fastify run them in a transaction per request, as programs on better-sqlite3 (which is synchronous) do.
Titus puts each request behind a savepoint, and up to 64 of those that wait into one commit; nobody is answered before
the commit. The Node programs decide less than Titus: the next member in order who is free, and nothing else.

Rounds are interleaved, each on a fresh database; what was answered is then counted in it. Medians of the rounds. CPU is
the server's own processor time for a request.
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from benchmarks import floors, hunts, load, servers
from benchmarks.load import Load
from benchmarks.servers import BARE, EXPRESS, FASTIFY, TITUS, Program, Running

CONNECTIONS = (1, 16, 64)
PROGRAMS = (TITUS, EXPRESS, FASTIFY)
_MOST = {1: 2500, 16: 6000, 64: 6000}
"""Requests a second that are prepared for: more than any of these programs answers."""

_STORED = {
    "requests": "SELECT count(*) FROM inbox WHERE route = 'hunt-step' AND \"key\" BETWEEN ? AND ? || ':~'",
    "waves": "SELECT sum(json_array_length(state, '$.waves') - 1) FROM calls WHERE sid BETWEEN ? AND ?",
    "versions": "SELECT sum(version - 1) FROM calls WHERE sid BETWEEN ? AND ?",
    "offers": """SELECT count(*) FROM events
        WHERE subject BETWEEN 'call:' || ? AND 'call:' || ? AND kind = 'call.wave_offered'""",
    "engagements": "SELECT count(*) FROM engagements WHERE call_id BETWEEN ? AND ?",
}
"""What the calls of one stretch left in the database."""


class Part(NamedTuple):
    """Requests for one stretch of a round, about calls that no other stretch touches."""

    connections: int
    seconds: int
    calls: range
    requests: Path


class Stretch(NamedTuple):
    """`rate` answers a second; latencies in ms; `work` is the server's processor time for a request, in µs."""

    rate: float
    p50: float
    p99: float
    work: float


class Measured(NamedTuple):
    """One program in one round, by the number of connections."""

    program: Program
    stretches: dict[int, Stretch]


def main(rounds: int = 3, seconds: int = 4) -> None:
    load.demand_wrk()
    with tempfile.TemporaryDirectory(prefix="titus-bench-") as name:
        folder, port = Path(name), servers.free_port()
        parts = _parts(folder, seconds, f"http://127.0.0.1:{port}")
        hunts.hire(folder / "staff.db", parts[-1].calls.stop)
        measured = [_round(program, folder, port, parts) for _ in range(rounds) for program in (*PROGRAMS, BARE)]
        commits = statistics.median(floors.grouped_commits(_empty(folder)) for _ in range(rounds))
    print(f"hunt step, {rounds} rounds of {seconds} s, medians; SQLite with synchronous=FULL everywhere")
    _print_table(measured, commits)
    _print_verdicts(measured)


def _parts(folder: Path, seconds: int, url: str) -> list[Part]:
    """The warm-up, then a stretch per number of connections."""
    parts: list[Part] = []
    first = 0
    for place, (connections, time, most) in enumerate(
        [(8, 1, 6000), *((connections, seconds, _MOST[connections]) for connections in CONNECTIONS)]
    ):
        blocks = -(-most * time // (hunts.BLOCK * hunts.STEPS))
        calls = range(first, first := first + blocks * hunts.BLOCK)
        requests = load.prepare(folder / f"requests-{place}", hunts.requests(calls, url))
        parts.append(Part(connections, time, calls, requests))
    return parts


def _empty(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def _round(program: Program, folder: Path, port: int, parts: list[Part]) -> Measured:
    home = _empty(folder)
    file = Path(shutil.copy(folder / "staff.db", home / "titus.db"))
    if program is not BARE:
        hunts.begin(file, parts[-1].calls.stop)
    with servers.running(program, file, port) as server:
        stretches = {part.connections: _stretch(program, server, file, part) for part in parts}
    shutil.rmtree(home)
    return Measured(program, stretches)


def _stretch(program: Program, server: Running, file: Path, part: Part) -> Stretch:
    before, bare = server.worked, program is BARE
    found = load.drive(server.url, part.requests, connections=part.connections, seconds=part.seconds, again=bare)
    work = (server.worked - before) / found.answered
    if not bare:
        _check(program, file, part, found)
    return Stretch(found.rate, found.p50 / 1e3, found.p99 / 1e3, work * 1e6)


def _check(program: Program, file: Path, part: Part, found: Load) -> None:
    """As many steps are stored as were answered, and what wrk left unread at its end; each went on to a member, and
    each call holds one (one more if a connection stood still until the call's next step overtook its request)."""
    if found.refused or found.broken:
        raise SystemExit(f"{program.name} refused {found.refused} requests and broke {found.broken}")
    first, last = (f"CA{number:032x}" for number in (part.calls.start, part.calls.stop - 1))
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("BEGIN")  # one moment for all: requests that wrk left may still be worked on
        stored = {what: database.execute(sql, (first, last)).fetchone()[0] for what, sql in _STORED.items()}
    steps, calls = stored["requests"], len(part.calls)
    expected = {"requests": steps, "waves": steps, "versions": steps, "offers": steps + calls}
    held = stored.pop("engagements")
    least = ((steps, found.answered), (held, calls))
    if stored != expected or any(not low <= n <= low + part.connections for n, low in least):
        told = f"answered {found.answered}, stored {stored}, held {held}"
        raise SystemExit(f"{program.name} at {part.connections} connections: {told}")


def _print_table(measured: list[Measured], commits: float) -> None:
    print(f"{'':12}" + "".join(f"{f'{connections} at once':>40}" for connections in CONNECTIONS))
    print(f"{'':12}" + f"{'/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'CPU µs':>10}" * len(CONNECTIONS))
    for program in (*PROGRAMS, BARE):
        cells = [
            f"{_of(measured, program, n, 'rate'):10.0f}{_of(measured, program, n, 'p50'):10.2f}"
            f"{_of(measured, program, n, 'p99'):10.2f}{_of(measured, program, n, 'work'):10.0f}"
            for n in CONNECTIONS
        ]
        print(f"{program.name:12}" + "".join(cells))
    print(f"{'64 a commit':12}{commits:12.0f}  (one row each, no HTTP)")
    for program in (*PROGRAMS[1:], BARE):
        print(
            f"Titus / {program.name:10}" + ", ".join(f"{_ratio(measured, program, n):.2f}× at {n}" for n in CONNECTIONS)
        )
    print(f"Titus / 64 a commit: {_of(measured, TITUS, 64, 'rate') / commits:.1%} at 64")


def _print_verdicts(measured: list[Measured]) -> None:
    tail = _of(measured, TITUS, 64, "p99") / _of(measured, EXPRESS, 64, "p99")
    for told, ratio, met in (
        ("at 16 connections at least 2× Express", (r := _ratio(measured, EXPRESS, 16)), r >= 2),
        ("at 16 connections at least 1.2× Fastify", (r := _ratio(measured, FASTIFY, 16)), r >= 1.2),
        ("at 64 connections p99 at most 1/10 of Express's", tail, tail <= 0.1),
        ("at 1 connection not below Express", (r := _ratio(measured, EXPRESS, 1)), r >= 1),
    ):
        print(f"{'met   ' if met else 'missed'}  {told}: {ratio:.2f}×")


def _ratio(measured: list[Measured], program: Program, connections: int) -> float:
    return _of(measured, TITUS, connections, "rate") / _of(measured, program, connections, "rate")


def _of(measured: Iterable[Measured], program: Program, connections: int, figure: str) -> float:
    """The median of the rounds."""
    figures: list[float] = [getattr(m.stretches[connections], figure) for m in measured if m.program is program]
    return statistics.median(figures)

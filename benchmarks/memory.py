"""Memory that a server occupies (resident set): after its start, and after four seconds of hunt steps at 16
connections. Express beside it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks import hunts, load, servers
from benchmarks.servers import EXPRESS, TITUS, Program

_CALLS, _SECONDS, _CONNECTIONS = 6000, 4, 16
_MOST_IDLE = 100


def main() -> None:
    load.demand_wrk()
    with tempfile.TemporaryDirectory(prefix="titus-bench-") as name:
        folder, port = Path(name), servers.free_port()
        requests = load.prepare(folder / "requests", hunts.requests(range(_CALLS), f"http://127.0.0.1:{port}"))
        hunts.hire(folder / "staff.db", _CALLS)
        figures = {program: _megabytes(program, folder, port, requests) for program in (TITUS, EXPRESS)}
    print(f"memory in MB: after the start, after {_SECONDS} s of load")
    for program, (idle, loaded) in figures.items():
        print(f"  {program.name:8}{idle:7.0f}{loaded:7.0f}")
    idle = figures[TITUS][0]
    print(f"{'met   ' if idle <= _MOST_IDLE else 'missed'}  Titus idle at most {_MOST_IDLE} MB: {idle:.0f}")


def _megabytes(program: Program, folder: Path, port: int, requests: Path) -> tuple[float, float]:
    home = Path(tempfile.mkdtemp(dir=folder))
    file = Path(shutil.copy(folder / "staff.db", home / "titus.db"))
    hunts.begin(file, _CALLS)
    with servers.running(program, file, port) as server:
        idle = server.resident
        load.drive(server.url, requests, connections=_CONNECTIONS, seconds=_SECONDS)
        return idle, server.resident

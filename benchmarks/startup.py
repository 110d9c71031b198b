"""From the start of the process to the first 200 of the ready route, with 100,000 calls stored; Express beside it, on
the same file. Medians; the first start is not counted, since it fills the file cache."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks import servers
from benchmarks.servers import EXPRESS, TITUS, Program
from tests.fill import fill

_CALLS, _STARTS = 100_000, 5


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="titus-bench-") as folder:
        file = Path(folder) / "titus.db"
        fill(file, _CALLS)
        titus, express = (_seconds(program, file) for program in (TITUS, EXPRESS))
    print(f"start to ready, {_CALLS:,} calls stored, median of {_STARTS}")
    print(f"  Titus {titus:.2f} s, Express {express:.2f} s")


def _seconds(program: Program, file: Path) -> float:
    return statistics.median([_start(program, file) for _ in range(_STARTS + 1)][1:])


def _start(program: Program, file: Path) -> float:
    with servers.running(program, file, servers.free_port()) as server:
        return server.seconds

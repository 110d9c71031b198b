"""Requests from wrk, a load generator in C: one in Python would be the slowest part of what it measures."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import msgspec

_SCRIPT = Path(__file__).with_name("load.lua")


class Load(msgspec.Struct, frozen=True):
    """What came back. Latencies are in microseconds; `refused` are answers that are not 2xx or 3xx."""

    answered: int
    microseconds: int
    refused: int
    broken: int
    p50: int
    p95: int
    p99: int
    spent: bool

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.microseconds * 1e6


def demand_wrk() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("benchmarks over sockets need wrk, a Debian package (apt-get install wrk)")


def prepare(file: Path, requests: Iterable[bytes]) -> Path:
    """Write the requests to a file as `load.lua` reads it."""
    with file.open("wb") as out:
        out.writelines(b"%06d%s" % (len(request), request) for request in requests)
    return file


def drive(url: str, requests: Path, *, connections: int, seconds: int, again: bool = False) -> Load:
    """Send them in their order over so many connections, each once: the program stops if there were too few. `again`:
    from the beginning when they are spent."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout=10s", "-s", str(_SCRIPT), url, "--"]
    command += [str(requests), "again" if again else "once"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    line = next(line for line in done.stdout.splitlines() if line.startswith("result "))
    load = msgspec.convert(json.loads(line.removeprefix("result ")), Load)
    if load.spent:
        raise SystemExit(
            f"{url} answered all that was prepared before the time was over: prepare more, or measure less"
        )
    return load

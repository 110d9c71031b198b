"""Titus and its peers as processes: started on a port that is free, watched, and ended by their own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.hunts import TOKEN

PEERS = Path(__file__).parent / "peers"
READY_PATH = "/api/health/ready"
_PATIENCE = 60.0


class Program(NamedTuple):
    """A server to measure; every one of them answers `READY_PATH` with 200 when it can work."""

    name: str
    command: tuple[str, ...]


TITUS = Program("Titus", (sys.executable, "-m", "titus_http.cli", "serve"))
EXPRESS = Program("Express", ("node", str(PEERS / "express" / "server.js")))
RECORDS = Program("Express", ("node", str(PEERS / "express" / "records.js")))
FASTIFY = Program("Fastify", ("node", str(PEERS / "fastify" / "server.js")))
BARE = Program("bare ASGI", (sys.executable, "-m", "benchmarks.floors"))


class Running(NamedTuple):
    """A program that is ready. `seconds` is how long that took from the start of the process."""

    process: subprocess.Popen[bytes]
    url: str
    seconds: float

    @property
    def resident(self) -> float:
        """Megabytes of memory that it has now."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    @property
    def highest(self) -> float:
        """Megabytes that it had at most, since it began or since `forget_highest`."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    def forget_highest(self) -> None:
        """What was until now does not count (proc(5), `clear_refs`)."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def worked(self) -> float:
        """Seconds of processor time that it has used, on all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(program: Program, file: Path, port: int, settings: Mapping[str, str] = {}) -> Iterator[Running]:
    """The program on this database file, which it opens itself, with more `settings`. Refuses to measure what listens
    there already."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise SystemExit(f"something answers on port {port} already: end it first, or it would be measured")
    url = f"http://127.0.0.1:{port}"
    log = file.parent / "server.log"
    with log.open("wb") as out:
        began = time.perf_counter()
        env = _environment(file, url) | dict(settings)
        process = subprocess.Popen(program.command, env=env, stdout=out, stderr=out)
        try:
            _wait(process, url, began + _PATIENCE, program, log)
            yield Running(process, url, time.perf_counter() - began)
        finally:
            _end(process)


def _environment(file: Path, url: str) -> dict[str, str]:
    ours = ("TWILIO", "TITUS", "RAILWAY", "PYTHONDONTWRITEBYTECODE")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
        "NODE_ENV": "production",  # for the peers; Titus knows it too, and would then want https://
        "TITUS_ENV": "development",
        "PORT": url.rpartition(":")[2],
        "BASE_URL": url,
        "DATABASE_URL": f"sqlite:///{file}",
        "DATABASE_FILE": str(file),
        "RAILWAY_VOLUME_MOUNT_PATH": str(file.parent),
        "TITUS_SECRET_KEY": "0123456789abcdef" * 4,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }


def _wait(process: subprocess.Popen[bytes], url: str, until: float, program: Program, log: Path) -> None:
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise SystemExit(f"{program.name} ended by itself, with {process.returncode}:\n{log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(url + READY_PATH, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.005)
    raise SystemExit(f"{program.name} was not ready within {_PATIENCE:.0f} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

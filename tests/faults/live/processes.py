"""Processes of Titus: started, killed without warning, started again, and asked whether they are ready."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.faults.live.clock import SharedClock

READY_WITHIN = 60.0
"""Seconds; a busy machine is slow, a server that hangs never comes."""

ROOT = Path(__file__).parents[3]


class Window(msgspec.Struct):
    """From the kill of a server until it was ready again, by the monotonic clock; `ready` None: not yet."""

    killed: float
    ready: float | None = None


class Process:
    """One process; its output goes to `log`. What it is tells when it is ready."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        self.windows: list[Window] = []
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> float:
        """Launch it; how many seconds it took until it said that it is ready."""
        began = time.monotonic()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220 (it returns at once)
                self._command, env=self._environment, cwd=ROOT, stdout=output, stderr=output
            )
        while not await self._is_ready():
            assert self._process.poll() is None, f"the process ended by itself; see {self.log}"
            assert time.monotonic() - began < READY_WITHIN, f"the process is not ready; see {self.log}"
            await asyncio.sleep(0.01)
        return time.monotonic() - began

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        return self._end(signal.SIGTERM)

    async def restart(self) -> float:
        """Kill it and start it again; how many seconds it took until it was ready."""
        window = Window(time.monotonic())
        self.windows.append(window)
        self.kill()
        took = await self.start()
        window.ready = time.monotonic()
        return took

    def end_for_sure(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def down_for(self) -> float:
        """Seconds since it was killed, if it is not ready yet."""
        is_down = bool(self.windows) and self.windows[-1].ready is None
        return time.monotonic() - self.windows[-1].killed if is_down else 0.0

    def was_down(self, began: float, ended: float) -> bool:
        """Whether a restart touched this span of time."""
        return any(began <= (window.ready or ended) and ended >= window.killed for window in self.windows)

    def memory(self) -> int:
        """Bytes that it has in memory now (Linux only)."""
        assert self._process is not None
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    async def _is_ready(self) -> bool:
        raise NotImplementedError

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(timeout=30)


class Server(Process):
    """It listens, and answers that it is ready."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        super().__init__(command, {**environment, "PORT": str(self.port)}, log)

    async def _is_ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            writer.write(b"GET /api/health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return (await reader.readline()).split()[1:2] == [b"200"]
        except OSError:
            return False
        finally:
            writer.close()


class Worker(Process):
    """It listens nowhere, and writes that it works."""

    async def start(self) -> float:
        self._seen = self.log.stat().st_size if self.log.exists() else 0
        return await super().start()

    async def _is_ready(self) -> bool:
        with self.log.open("rb") as output:
            output.seek(self._seen)
            return b"working off jobs" in output.read()


def serving(clock: SharedClock) -> list[str]:
    return [sys.executable, "-m", "tests.faults.live.serve", str(clock.path), str(clock.speed)]


def working(clock: SharedClock) -> list[str]:
    return [sys.executable, "-m", "tests.faults.live.work", str(clock.path), str(clock.speed)]


def environment(**settings: str) -> dict[str, str]:
    """This process's own, without what would configure Titus, and these settings."""
    foreign = ("TWILIO", "TITUS", "RAILWAY", "ELEVENLABS", "DATABASE", "BASE_URL", "PORT", "AIRTABLE", "ANTHROPIC")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | settings


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port

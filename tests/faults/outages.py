"""A server whose database goes away, hangs or stumbles while it is asked, and what everybody hears meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tests.faults.live.processes import Server
from tests.faults.load import Load, lost_or_double, move_in, repeated, settings, sign_in, stands_in
from tests.faults.proxy import Proxy
from tests.faults.watching import PATHS, READY, Watch
from tests.postgres_server import Cluster
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore

SERVE = [sys.executable, "-m", "titus_http.cli", "serve"]

Act = Callable[[], Awaitable[None]]

_ASKING = (b"/inbound ", b"/hunt-step?", b"/fallback?")
_REPORT = b"POST /api/voice/webhook/status"


class Limits(msgspec.Struct, frozen=True):
    """Seconds (`reliability-and-security.md` W8, S4, S13): until a caller has a document, until it is not ready, and
    until it answers again once the database does. Tests that share a machine allow more: `times`."""

    voice: float = 2.0
    unready: float = 2.0
    back: float = 2.0

    def times(self, factor: float) -> Limits:
        return Limits(self.voice * factor, self.unready * factor, self.back * factor)


class Trouble(msgspec.Struct, frozen=True):
    """`begin` it, let it last, `end` it. `gone`: nothing of the database can be used meanwhile."""

    name: str
    begin: Act
    end: Act
    lasts: float = 1.0
    gone: bool = True


class Figures(msgspec.Struct):
    """The worst of all troubles, in seconds, and how much was asked meanwhile and told without the store."""

    voice: float = 0.0
    unready: float = 0.0
    back: float = 0.0
    asked: int = 0
    stand_ins: int = 0

    def __str__(self) -> str:
        return (
            f"{self.asked:,} requests, {self.stand_ins:,} documents without the store; at worst {self.voice:.2f} s to "
            f"a document, {self.unready:.2f} s until not ready, {self.back:.2f} s until back"
        )


class Stand(msgspec.Struct, frozen=True):
    """A server process under observation, on a database that `store` reaches around whatever stands between."""

    server: Server
    store: PostgresStore
    token: str
    figures: Figures

    async def through(self, trouble: Trouble, limits: Limits) -> list[str]:
        """What was wrong before, during and after it, with callers and an administrator all the while."""
        load = Load(self.server.port, token=self.token)
        watch = Watch(self.server.port, self.token)
        load.start()
        watch.start()
        await asyncio.sleep(0.3)
        began = time.monotonic()
        await trouble.begin()
        await asyncio.sleep(trouble.lasts)
        await trouble.end()
        ended = time.monotonic()
        found = await watch.until_back(ended)
        await load.end()
        await watch.end()
        found += self._judged(load, watch, trouble, began, ended, limits)
        found += await lost_or_double(self.store, load)
        found += await repeated(self.server.port, load, 10)
        return [f"{trouble.name}: {what}" for what in found]

    def _judged(
        self, load: Load, watch: Watch, trouble: Trouble, began: float, ended: float, limits: Limits
    ) -> Iterator[str]:
        yield from watch.wrong()
        documents = [each for each in load.asked if any(path in each.request[:60] for path in _ASKING)]
        for each in load.asked:
            away = each.status == 503 and (each.request.startswith(_REPORT) or "retry-after" in each.headers)
            if each.status not in {200, 201} and (each in documents or not away):
                yield f"{each.request[:80]!r} was answered {each.status} {each.body!r}"
        voice = max(each.seconds for each in documents)
        unready = watch.first(READY, 503, began) - began if trouble.gone else 0.0
        back = max(watch.first(path, 200, ended) for path in PATHS) - ended
        if voice > limits.voice or unready > limits.unready or back > limits.back:
            yield f"a caller waited {voice:.2f} s; not ready after {unready:.2f} s; back after {back:.2f} s"
        figures = self.figures
        figures.voice, figures.unready = max(figures.voice, voice), max(figures.unready, unready)
        figures.back = max(figures.back, back)
        figures.asked += len(load.asked)
        figures.stand_ins += sum(stands_in(each) for each in documents)


@asynccontextmanager
async def standing(cluster: Cluster, url: str, home: Path) -> AsyncIterator[Stand]:
    """A server on the database at `url`, which is the cluster's own, perhaps behind something."""
    store = PostgresStore(PostgresSettings(cluster.url, min_connections=0))  # it connects when it looks, not before
    await store.migrate()
    server = Server(SERVE, settings(url, home), home / "log")
    async with store:
        if not await store.reader.users():
            await move_in(store)
        await server.start()
        try:
            yield Stand(server, store, await sign_in(server.port), Figures())
            assert await asyncio.to_thread(server.stop) == 0
        finally:
            server.end_for_sure()
    assert "Traceback" not in (home / "log").read_text(), (home / "log").read_text()


def restart(cluster: Cluster, mode: str, lasts: float = 0.0) -> Trouble:
    """`immediate` is a crash; `fast` says goodbye. Away only as long as PostgreSQL takes, and `lasts` longer."""
    begin, end = (lambda: asyncio.to_thread(cluster.stop, mode)), (lambda: asyncio.to_thread(cluster.start))
    return Trouble(f"restart, {mode}", begin, end, lasts, gone=lasts > 0)


def frozen(cluster: Cluster, lasts: float) -> Trouble:
    """All its processes stand still: connections stay open, and nothing answers."""
    return Trouble("frozen", lambda: _signal(cluster, signal.SIGSTOP), lambda: _signal(cluster, signal.SIGCONT), lasts)


def poisoned(proxy: Proxy, toxic: str, value: float, lasts: float) -> Trouble:
    gone = toxic in {"timeout", "down", "reset_peer"}
    return Trouble(toxic, lambda: proxy.poison(toxic, value), proxy.heal, lasts, gone)


TOXICS = {
    "latency": 0.05,
    "timeout": 0.0,
    "reset_peer": 0.0,
    "slow_close": 0.5,
    "limit_data": 20_000,
    "slicer": 7,
    "bandwidth": 100_000,
    "down": 0.0,
}
"""What each is worth trying with."""


async def _signal(cluster: Cluster, which: signal.Signals) -> None:
    for process in cluster.processes():
        os.kill(process, which)

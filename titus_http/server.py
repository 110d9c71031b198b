"""`titus serve`: one process that answers requests and keeps the timers."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType

import uvicorn

from titus_http.bootstrap import Running, configure_logging, open_titus
from titus_http.connections import LOOKED_AT_EVERY, TimedProtocol
from titus_http.figures_only import FiguresOnly
from titus_http.security.monitors import Monitors
from titus_http.settings import Settings
from titus_http.stopping import Stopping

GRACE_SECONDS = 9
"""How long requests under way may take after SIGTERM; hung sockets may not keep a deployment waiting. With what comes
after, it stays below 12 s (`reliability-and-security.md` S12)."""

TICKER_SECONDS = 0.5
"""How much longer the ticker may take for what it has begun; it had the requests' time too."""

WARMS_UP_AFTER = 2.0
"""Seconds: whoever starts has enough to do, and providers wait for the answer that it is ready."""

_LOG = logging.getLogger("titus.server")


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `Unavailable` if another server has the store, or the store cannot be
    reached; exits as uvicorn does if the port is taken."""
    configure_logging(settings)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(settings))


def work(settings: Settings) -> None:
    """Work off jobs until SIGTERM or SIGINT. Raises `Unavailable` as `serve` does."""
    configure_logging(settings)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_work(settings))


async def _work(settings: Settings) -> None:
    stopping = told_by_signals()
    async with open_titus(settings, claim=True) as running:
        await work_running(running, settings, stopping)


def told_by_signals() -> Stopping:
    """Told to stop by SIGTERM and SIGINT, from now on."""
    stopping, loop = Stopping(), asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, stopping.tell)
    return stopping


async def work_running(running: Running, settings: Settings, stopping: Stopping) -> None:
    """Work off the jobs of an open Titus, and nothing else, until told to stop."""
    await running.titus.working.start()
    _LOG.info("working off jobs")
    async with _warming_up(running), _showing_figures(running, settings):
        await stopping.wait()
    await running.titus.working.stop()


@asynccontextmanager
async def _warming_up(running: Running) -> AsyncIterator[None]:
    """Beside the first requests, not before them: a deployment would wait for it."""

    async def warm_up() -> None:
        if running.warm_up is not None:
            await asyncio.sleep(WARMS_UP_AFTER)
            await running.warm_up()

    warming = asyncio.create_task(warm_up(), name="warm up")
    try:
        yield
    finally:
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)  # who needs it meets the same failure, and tells


@asynccontextmanager
async def _showing_figures(running: Running, settings: Settings) -> AsyncIterator[None]:
    """A worker has no pages, but figures at a port of their own, if one is set."""
    if settings.telemetry.metrics_port is None:
        yield
        return
    token = settings.telemetry.metrics_token
    app = FiguresOnly(running.telemetry, Monitors(token.reveal() if token is not None else ""))
    server = SideServer(config_for(app, settings.server.host, settings.telemetry.metrics_port))
    serving = asyncio.create_task(server.serve(), name="figures")
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where it exists: it does not on Windows."""
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    return uvloop.new_event_loop


async def _serve(settings: Settings) -> None:
    async with open_titus(settings, claim=True) as running:
        gc.freeze()  # what start-up made stays: to look through it again costs callers a fifth of a second at a time
        await serve_running(running, settings.server.host, settings.server.port)


class TimedServer(uvicorn.Server):
    """Looks at the times of its connections. At a stop it does not close them on the spot, as uvicorn would: a request
    may be on its way in one, sent before anyone could know."""

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        timing = asyncio.create_task(self._keep_time(), name="connections")
        try:
            await super().serve(sockets)
        finally:
            timing.cancel()

    async def _keep_time(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOKED_AT_EVERY)
            for connection in list(self.server_state.connections):
                if isinstance(connection, TimedProtocol):
                    if self.should_exit:
                        connection.shutdown()  # it may have come in after uvicorn told them all
                    connection.check(loop.time())


class SideServer(TimedServer):
    """Stands beside something that signals are for."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class GracefulServer(TimedServer):
    """Ends well when it is told to: uvicorn's own would raise the signal again, and a supervisor would see a crash.
    Everybody hears of it at once, through `stopping`."""

    def __init__(self, config: uvicorn.Config, stopping: Stopping) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.tell()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for told in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(told, self.handle_exit, told, None)
        try:
            yield
        finally:
            for told in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(told)


async def serve_running(running: Running, host: str, port: int) -> None:
    """Serve an open Titus, with its timers beside it. When it is to end: not ready at once, no new connections,
    requests under way are answered, and the ticker ends what it has begun."""
    titus = running.titus
    server = GracefulServer(config_for(titus.app, host, port), titus.stopping)
    await titus.working.start()
    ticking = asyncio.create_task(titus.ticker.run(), name="ticker")
    try:
        async with _warming_up(running):
            await server.serve()
    finally:
        titus.stopping.tell()
        await titus.working.stop()
        with suppress(asyncio.CancelledError, TimeoutError):
            async with asyncio.timeout(TICKER_SECONDS):
                await ticking


def config_for(app: object, host: str, port: int, *, protocol: type[TimedProtocol] = TimedProtocol) -> uvicorn.Config:
    """uvicorn as Titus wants it: no access log (callers' numbers are in URLs), no server header, no connection that
    hangs, bounded stopping."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # uvicorn and Litestar type the same ASGI protocol in two ways
        host=host,
        port=port,
        http=protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=int(protocol.limits.idle),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )

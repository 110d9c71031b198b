"""`titus serve`: one process that answers requests and keeps the timers."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn

from titus_http.bootstrap import Running, open_titus
from titus_http.settings import Settings

GRACE_SECONDS = 10
"""How long requests under way may take after SIGTERM; hung sockets may not keep a deployment waiting."""

_LOG = logging.getLogger("titus.server")


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `Unavailable` if another server has the store, or the store cannot be
    reached; exits as uvicorn does if the port is taken."""
    configure_logging()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(settings))


def configure_logging() -> None:
    """One line an event on stderr. The HTTP client logs whole addresses, with telephone numbers in them: not here."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where it exists: it does not on Windows."""
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    return uvloop.new_event_loop


async def _serve(settings: Settings) -> None:
    async with open_titus(settings, claim=True) as running:
        await serve_running(running, settings.server.host, settings.server.port)


class GracefulServer(uvicorn.Server):
    """Ends well when it is told to: uvicorn's own would raise the signal again, and a supervisor would see a crash."""

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
    """Serve an open Titus, with its timers beside it."""
    server = GracefulServer(config_for(running.titus.app, host, port))
    ticking = asyncio.create_task(running.titus.ticker.run(), name="ticker")
    try:
        await server.serve()
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


def config_for(app: object, host: str, port: int) -> uvicorn.Config:
    """uvicorn as Titus wants it: no access log (callers' numbers are in URLs), no server header, bounded stopping."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # uvicorn and Litestar type the same ASGI protocol in two ways
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
    )

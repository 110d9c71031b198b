"""The sandbox on a loopback socket in a thread of its own, for clients that wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.adapters.sandbox_airtable.stage import SCHEMA
from titus_adapters.sandbox.airtable.handle import BaseHandle
from titus_adapters.sandbox.airtable.part import airtable_part
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.engine.wire import Wire


class Served:
    """`url` is what `AIRTABLE_BASE_URL` would be. Time is virtual; the control API moves it."""

    def __init__(self, airtable: AirtableSandbox, base: BaseHandle, origin: str) -> None:
        self.airtable, self.base, self.origin = airtable, base, origin
        self.url = f"{origin}/airtable"
        self.token = airtable.token()


@contextmanager
def served(wire: Wire | None = None) -> Iterator[Served]:
    """Clients and notes, without limits."""
    airtable = AirtableSandbox(wire)
    airtable.desk.meter.is_off = True
    base = airtable.base(SCHEMA, id="appTitusSandbox00")
    app = create_sandbox_app(airtable_part(airtable, strict=True, speed=None))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield Served(airtable, base, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(20)

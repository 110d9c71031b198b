"""The Airtable sandbox as a part of `titus sandbox`: below `/airtable`, with its section of the control page."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from litestar import Router

from titus_adapters.sandbox.airtable.control.routes import control_router
from titus_adapters.sandbox.airtable.rest.downloads import files_router
from titus_adapters.sandbox.airtable.rest.router import rest_router
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.part import Part

SECTION = Path(__file__).parent / "control" / "section.html"


def airtable_part(sandbox: AirtableSandbox, *, strict: bool = False, speed: float | None = 1.0) -> Part:
    """The web API, the files' host and the control routes; `strict` checks tokens, `speed=None` leaves time virtual."""
    routers = [rest_router(sandbox.desk, strict=strict), files_router(sandbox.desk), control_router(sandbox)]
    return Part(
        name="airtable",
        routes=[Router(path="/airtable", route_handlers=routers)],
        section=SECTION.read_text("utf-8"),
        run=None if speed is None else partial(sandbox.run_in_real_time, speed),
    )

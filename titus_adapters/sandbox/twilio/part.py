"""The Twilio sandbox as a part of `titus sandbox`: below `/twilio`, with its section of the control page."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from litestar import Router

from titus_adapters.sandbox.part import Part
from titus_adapters.sandbox.twilio.control.routes import control_router
from titus_adapters.sandbox.twilio.rest.router import rest_router
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox

SECTION = Path(__file__).parent / "control" / "section.html"


def twilio_part(sandbox: TwilioSandbox, *, strict: bool = False, speed: float | None = 1.0) -> Part:
    """REST and control routes; `strict` checks credentials, `speed=None` leaves time virtual."""
    return Part(
        name="twilio",
        routes=[
            Router(path="/twilio", route_handlers=[rest_router(sandbox.board, strict=strict), control_router(sandbox)])
        ],
        section=SECTION.read_text("utf-8"),
        run=None if speed is None else partial(sandbox.run_in_real_time, speed),
    )

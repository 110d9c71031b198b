"""The ElevenLabs sandbox as a part of `titus sandbox`: below `/elevenlabs`, with its section of the control page."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from litestar import Router

from titus_adapters.sandbox.elevenlabs.control.routes import control_router
from titus_adapters.sandbox.elevenlabs.rest.router import rest_router
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.part import Part

SECTION = Path(__file__).parent / "control" / "section.html"


def elevenlabs_part(sandbox: ElevenLabsSandbox, *, strict: bool = False, speed: float | None = 1.0) -> Part:
    """REST and control routes; `strict` checks the key. `speed=None` leaves time virtual; beside another sandbox, that
    one moves it."""
    moves = speed is not None and not sandbox.follows_another
    return Part(
        name="elevenlabs",
        routes=[
            Router(
                path="/elevenlabs",
                route_handlers=[rest_router(sandbox.desk, strict=strict), control_router(sandbox)],
            )
        ],
        section=SECTION.read_text("utf-8"),
        run=partial(sandbox.run_in_real_time, speed or 1.0) if moves else None,
    )

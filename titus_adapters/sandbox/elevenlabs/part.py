"""The ElevenLabs sandbox as a part of `titus sandbox`: below `/elevenlabs`, with its section of the control page."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from xml.sax.saxutils import quoteattr

from litestar import MediaType, Response, Router, post
from litestar.params import FromQuery

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


@post("/elevenlabs/twilio/inbound_call", status_code=200)
async def take_over(agent_id: FromQuery[str], caller_id: FromQuery[str] = "") -> Response[str]:
    """The document that connects a caller with the agent, as the native Twilio integration answers it."""
    stream = quoteattr(f"wss://agent.invalid/convai/{agent_id}")
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url={stream}/></Connect></Response>'
    return Response(body, media_type=MediaType.XML)


ELEVENLABS = Part(name="elevenlabs", routes=[take_over])
"""Only the address that a caller is redirected to, for who wires no `ElevenLabsSandbox`."""

"""The Anthropic sandbox as a part of `titus sandbox`: below `/anthropic`, with its section of the control page."""

from __future__ import annotations

from pathlib import Path

from litestar import Router

from titus_adapters.sandbox.anthropic.control.routes import control_router
from titus_adapters.sandbox.anthropic.rest.router import rest_router
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
from titus_adapters.sandbox.part import Part

SECTION = Path(__file__).parent / "control" / "section.html"


def anthropic_part(sandbox: AnthropicSandbox, *, strict: bool = False) -> Part:
    """REST and control routes; `strict` checks the key. The official client's `base_url` is `<origin>/anthropic`."""
    return Part(
        name="anthropic",
        routes=[
            Router(path="/anthropic", route_handlers=[rest_router(sandbox, strict=strict), control_router(sandbox)])
        ],
        section=SECTION.read_text("utf-8"),
    )

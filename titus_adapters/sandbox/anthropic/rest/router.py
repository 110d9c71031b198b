"""All of REST below `/anthropic/v1`."""

from typing import Any

from litestar import Request, Router, route
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from titus_adapters.sandbox.anthropic.rest import messages, models
from titus_adapters.sandbox.anthropic.rest.errors import RestError, on_http_error, on_rest_error
from titus_adapters.sandbox.anthropic.rest.gate import gate
from titus_adapters.sandbox.anthropic.rest.striking import Striking
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox

LARGEST = 32 * 1024 * 1024
"""Bytes of one request (elevenlabs-anthropic-graph.md §2.1)."""


@route("/{rest:path}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def nothing_here(request: Request[Any, Any, Any], rest: FromPath[str]) -> None:
    """Whatever else Anthropic has, the sandbox hasn't."""
    raise RestError(404, f"The sandbox has no {request.url.path}")


def rest_router(sandbox: AnthropicSandbox, *, strict: bool = False) -> Router:
    """Any key will do unless `strict`."""
    return Router(
        path="/v1",
        route_handlers=[
            messages.create_message,
            messages.count_tokens,
            models.list_models,
            models.show_model,
            nothing_here,
        ],
        before_request=gate(sandbox, strict=strict),
        dependencies={"sandbox": Provide(lambda: sandbox, sync_to_thread=False)},
        middleware=[Striking(lambda: sandbox)],
        exception_handlers={RestError: on_rest_error, HTTPException: on_http_error},
        request_max_body_size=LARGEST,
    )

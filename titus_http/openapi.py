"""The OpenAPI document, and a page for reading it that needs nothing from any other host, not even a script."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Router
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import Method

from titus_http.openapi_page import page
from titus_http.security.policies import PUBLIC
from titus_http.security.tokens import COOKIE
from titus_http.webhooks.twilio import openapi as twilio_webhooks

ABOUT = """\
Sign in with `POST /api/auth/login`; send the token as `Authorization: Bearer …` or `x-auth-token`. Every error is an
`application/problem+json` (RFC 9457) whose `type` is the address of its documentation; `error` repeats it in words."""

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "error"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "The address of this problem's documentation"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "error": {"type": "string", "description": "As `detail`, for today's clients"},
        "field": {"type": "string", "description": "Where the input is wrong"},
    },
}
_DEFAULT = {
    "description": "A problem",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def openapi_config(version: str) -> OpenAPIConfig:
    """For `Litestar(openapi_config=…)`."""
    policy = ResponseHeader(name="Content-Security-Policy", value="default-src 'none'; style-src 'unsafe-inline'")
    return OpenAPIConfig(
        title="Titus",
        version=version,
        description=ABOUT,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", description="The token of a session"),
                "header": SecurityScheme(type="apiKey", name="x-auth-token", security_scheme_in="header"),
                "cookie": SecurityScheme(type="apiKey", name=COOKIE, security_scheme_in="cookie"),
                "metricsToken": SecurityScheme(type="http", scheme="bearer", description="TITUS_METRICS_TOKEN"),
            }
        ),
        security=[{"bearer": []}, {"header": []}, {"cookie": []}],
        use_handler_docstrings=True,
        operation_id_creator=operation_id,
        render_plugins=[ReferencePage(path="/"), DocumentPlugin(path="/openapi.json")],
        openapi_router=Router(
            "/schema", route_handlers=[], include_in_schema=False, opt=PUBLIC, response_headers=[policy]
        ),
    )


def operation_id(handler: HTTPRouteHandler, method: Method, path: list[Any]) -> str:
    """The handler's own name, as clients write names: `list_hunt_groups` → `listHuntGroups`."""
    first, *rest = handler.handler_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the problem that any operation may answer, and with Twilio's webhooks."""
    document.setdefault("components", {}).setdefault("schemas", {}).setdefault("Problem", PROBLEM)
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation.get("responses", {}).pop("400", None)
                operation.setdefault("responses", {}).setdefault("default", _DEFAULT)
    twilio_webhooks.add_to(document)
    return document


class DocumentPlugin(JsonRenderPlugin):
    """The document itself."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, completed(openapi_schema))


class ReferencePage(OpenAPIRenderPlugin):
    """The document as a page."""

    def __init__(self, *, path: str) -> None:
        super().__init__(path=path, media_type=MediaType.HTML, favicon="", style="")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return page(completed(openapi_schema)).encode()

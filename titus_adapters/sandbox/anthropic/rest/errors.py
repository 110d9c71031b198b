"""Errors in Anthropic's shape (../shared/reference/anthropic/errors.json)."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "invalid_request_error",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""A status's usual kind; any other is an `api_error`."""


class RestError(Exception):
    """A refusal: HTTP status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def invalid(message: str) -> RestError:
    return RestError(400, message)


def no_model(model_id: str) -> RestError:
    return RestError(404, f"model: {model_id}")


def envelope(kind: str, message: str, request_id: str) -> bytes:
    error = {"type": kind, "message": message}
    return msgspec.json.encode({"type": "error", "error": error, "request_id": request_id})


def _body(request: Request[Any, Any, Any], status: int, message: str) -> Response[bytes]:
    content = envelope(KINDS.get(status, "api_error"), message, request.scope["state"].get("request_id", ""))
    return Response(content, status_code=status, media_type=MediaType.JSON)


def on_rest_error(request: Request[Any, Any, Any], error: RestError) -> Response[bytes]:
    return _body(request, error.status, error.message)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework refuses: a body that is too large."""
    message = "Request exceeds the maximum size" if error.status_code == 413 else error.detail
    return _body(request, error.status_code, message)

"""Requests within bounds, checked before anything parses them.

The framework answers deep JSON, invalid UTF-8 and a client that left with a 500 (`reliability-and-security.md` §0.2),
and PostgreSQL cannot store NUL: all are the client's doing and get a 400 here.
"""

from __future__ import annotations

import re
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import InternalServerException
from litestar.handlers.base import BaseRouteHandler

from titus_http.problems import Malformed

MAX_BODY = 1024 * 1024
"""For `Litestar(request_max_body_size=…)`: more than any JSON of ours needs."""

MAX_DEPTH = 64

# Possessive, and with an optional end: whatever the body is, it is scanned once.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class WholeRequest(Request[Any, Any, Any]):
    """Raises `Malformed` for a body that ends too soon, because whoever sent it left."""

    async def body(self) -> bytes:
        try:
            return await super().body()
        except InternalServerException:
            raise Malformed("The body ends too soon") from None


class BoundedRequest(WholeRequest):
    """For `Litestar(request_class=…)`. Raises `Malformed` for a body that must not reach a parser."""

    async def body(self) -> bytes:
        body = await super().body()
        if not self.scope.get("_titus_body_checked"):
            check(body)
            self.scope["_titus_body_checked"] = True  # type: ignore[typeddict-unknown-key]
        return body


async def check_address(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """For `Litestar(guards=[…])`, as the first. Raises `Malformed` for a query that is not UTF-8, and for a host with a
    port that is no number: the framework trips over both when it is busy with something else."""
    try:
        connection.scope["query_string"].decode()
        connection.url  # noqa: B018 (it is read here, and kept)
    except ValueError:
        raise Malformed("The address cannot be read") from None


def check(body: bytes) -> None:
    """Raise `Malformed` unless the body is UTF-8 without NUL and not nested too deeply."""
    try:
        body.decode()
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8") from None
    if _NUL.search(body):
        raise Malformed("NUL is not text")
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _too_deep(body):
        raise Malformed(f"JSON may be nested {MAX_DEPTH} deep at most")


def _too_deep(body: bytes) -> bool:
    depth = 0
    for bracket in _STRING.sub(b"", body).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False

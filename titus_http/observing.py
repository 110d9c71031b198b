"""Around every request: an id, which logs carry and the answer names, a figure, and a stretch of a trace."""

from __future__ import annotations

import secrets
from itertools import count
from time import perf_counter
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from titus_core.kernel.correlation import about
from titus_http.telemetry import Telemetry

HEADER = b"x-request-id"
UNMATCHED = "unmatched"
"""The route of a request that no route takes: its path may be anything, and a label may not."""

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_STARTS = "http.response.start"


class Observed:
    """An ASGI application around another one. Ids are our own, whatever a client sends: they must tell nothing."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry
        self._process = f"r{secrets.token_hex(5)}"
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id = f"{self._process}-{next(self._numbers):x}"
        answer = _Answer(send, request_id)
        with (
            self._telemetry.span("request", "server", headers=scope["headers"]) as span,
            about(request_id=request_id, trace_id=span.trace_id),
        ):
            try:
                await self._app(scope, receive, answer)
            finally:
                method = scope["method"] if scope["method"] in _METHODS else "other"
                route = scope.get("path_template") or UNMATCHED
                self._telemetry.answered(method, route, answer.status, answer.seconds)
                span.rename(f"{method} {route}")
                span.note(
                    http__request__method=method,
                    http__route=route,
                    http__response__status_code=answer.status,
                    titus__request_id=request_id,
                )


class _Answer:
    """`send`, watched: when the answer began, and with which status."""

    __slots__ = ("_began", "_request_id", "_send", "_took", "status")

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._began = perf_counter()
        self._took: float | None = None
        self.status: int | None = None

    @property
    def seconds(self) -> float:
        return self._took if self._took is not None else perf_counter() - self._began

    async def __call__(self, message: Message) -> None:
        if message["type"] == _STARTS:
            self._took = perf_counter() - self._began
            started: Any = message
            self.status = started["status"]
            started["headers"] = [*started.get("headers", ()), (HEADER, self._request_id.encode())]
        await self._send(message)

"""`/metrics` and nothing else, for a process that serves nothing else."""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from titus_core.kernel.errors import Unauthenticated
from titus_http.routes.metrics import MEDIA_TYPE
from titus_http.security.monitors import Monitors
from titus_http.telemetry import Telemetry


class FiguresOnly:
    """An ASGI application."""

    def __init__(self, telemetry: Telemetry, monitors: Monitors) -> None:
        self._telemetry = telemetry
        self._monitors = monitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            return
        status, body = await self._answered(scope)
        headers = [
            (b"content-type", f"{MEDIA_TYPE}; charset=utf-8".encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _answered(self, scope: Scope) -> tuple[int, bytes]:
        if scope["path"] != "/metrics" or scope.get("method") != "GET":
            return 404, b""
        client = scope.get("client")
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            self._monitors.demand(client[0] if client else "", headers)
        except Unauthenticated:
            return 401, b""
        return 200, await self._telemetry.page()

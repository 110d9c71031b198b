"""An httpx transport straight into the sandbox's app, for tests without a socket."""

from __future__ import annotations

from typing import Any

import httpx


class SandboxTransport(httpx.AsyncBaseTransport):
    """An answer that was not ended is what it would be on a network: an error of the connection."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except AssertionError:  # the inner transport's way to say that the answer has no end
            raise httpx.RemoteProtocolError("the connection ended before the answer did", request=request) from None

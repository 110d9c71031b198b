"""One HTTP exchange, whatever carries it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

import httpx
import msgspec

Crash = Literal["before", "after"]


class Outgoing(msgspec.Struct, frozen=True):
    """A request as it leaves: the address has no fragment, and the body is already encoded."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    crash: Crash | None = None


class Answer(msgspec.Struct, frozen=True):
    """What came back; `error` ("ct" no connection, "rt" no answer) excludes a status."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str = ""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


Wire = Callable[[Outgoing], Awaitable[Answer]]


class HttpWire:
    """Sends through an httpx client."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(self, request: Outgoing) -> Answer:
        timeout = httpx.Timeout(request.read_seconds, connect=request.connect_seconds)
        try:
            response = await self._client.request(
                request.method, request.url, headers=list(request.headers), content=request.body, timeout=timeout
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            return Answer(error="ct")
        except httpx.TransportError:
            return Answer(error="rt")
        return Answer(response.status_code, tuple(response.headers.multi_items()), response.content)

    async def close(self) -> None:
        await self._client.aclose()


class Nowhere(httpx.AsyncBaseTransport):
    """Where nothing listens: every connection is refused."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"nothing listens at {request.url.host}", request=request)


def wire_over_network() -> HttpWire:
    """A wire to wherever an address leads; proxies of the environment are not asked."""
    return HttpWire(httpx.AsyncClient(trust_env=False))


def wire_to(apps: Mapping[str, Any]) -> HttpWire:
    """A wire without a network: each host name leads to its ASGI app, every other host refuses the connection."""
    mounts = {f"all://{host}": httpx.ASGITransport(app=app) for host, app in apps.items()}
    return HttpWire(httpx.AsyncClient(mounts=mounts, transport=Nowhere()))

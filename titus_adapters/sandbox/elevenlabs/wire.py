"""A wire that can send a body in pieces, as ElevenLabs sends audio events (`transfer-encoding: chunked`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from titus_adapters.sandbox.twilio.engine.wire import Answer, HttpWire, Nowhere, Outgoing

PIECE = 64 * 1024
CHUNKED = ("Transfer-Encoding", "chunked")
"""Among a request's headers: its body goes in pieces, without a length."""


class ChunkingWire(HttpWire):
    """Sends through an httpx client."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        super().__init__(client)
        self._http = client

    async def __call__(self, request: Outgoing) -> Answer:
        if CHUNKED not in request.headers:
            return await super().__call__(request)
        headers = [pair for pair in request.headers if pair != CHUNKED]
        timeout = httpx.Timeout(request.read_seconds, connect=request.connect_seconds)
        try:
            response = await self._http.request(
                request.method, request.url, headers=headers, content=_pieces(request.body), timeout=timeout
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            return Answer(error="ct")
        except httpx.TransportError:
            return Answer(error="rt")
        return Answer(response.status_code, tuple(response.headers.multi_items()), response.content)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


def wire_over_network() -> ChunkingWire:
    """A wire to wherever an address leads; proxies of the environment are not asked."""
    return ChunkingWire(httpx.AsyncClient(trust_env=False))


def wire_to(apps: Mapping[str, Any]) -> ChunkingWire:
    """A wire without a network: each host name leads to its ASGI app, every other host refuses the connection."""
    mounts = {f"all://{host}": httpx.ASGITransport(app=app) for host, app in apps.items()}
    return ChunkingWire(httpx.AsyncClient(mounts=mounts, transport=Nowhere()))

"""ElevenLabs' REST API over httpx, with the errors of the ports.

The vendor's own client is 38 MB, waits 240 s and repeats by itself; neither is wanted while a caller waits
(../shared/facts/elevenlabs-anthropic-graph.md §1.1 and §1.5).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self, TypeAlias, TypeVar

import httpx
import msgspec

from titus_adapters.clients import Watching, unwatched
from titus_adapters.elevenlabs.refusals import refused
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_core.kernel.errors import Unavailable

ANSWER_WITHIN = 10.0
"""Seconds for one whole answer (`calls.ports.Conversations`); of a stream, for each piece."""

CONNECT_WITHIN = 2.0
MOST_BYTES = 16 * 1024 * 1024
"""Of one answer in JSON. Four hours of talk with its metrics and tool results are about 4 MB."""

Query: TypeAlias = Mapping[str, str | int | Sequence[str]]
T = TypeVar("T")


class ElevenLabsApi:
    """One account. Close it, or use it as a context. `transport` leads elsewhere than to a network: to an ASGI app.

    Every method raises `NotFound` for a 404, and `Unavailable` for every other failure (`refusals.refused`). Nothing
    is repeated here: a caller waits, or a job comes back later. A redirect counts as a failure, so that the key never
    leaves for another host.
    """

    def __init__(
        self,
        settings: ElevenLabsSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        watching: Watching = unwatched,
    ) -> None:
        self._http = watching(httpx.AsyncClient)(
            transport=transport,
            base_url=settings.base_url,
            # Nothing packed: what is counted against the limits is then what comes over the wire.
            headers={"xi-api-key": settings.api_key, "accept-encoding": "identity"},
            timeout=httpx.Timeout(ANSWER_WITHIN, connect=CONNECT_WITHIN),
        )

    async def get(self, path: str, kind: type[T], query: Query | None = None, *, within: float = ANSWER_WITHIN) -> T:
        """The answer, read as `kind`."""
        body = await self._whole(self._http.build_request("GET", path, params=query), within)
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            # Without the library's own words: they may quote what was said.
            raise Unavailable("ElevenLabs' answer could not be read", provider="elevenlabs") from error

    async def post(self, path: str, content: msgspec.Struct, *, within: float = ANSWER_WITHIN) -> bytes:
        """The answer as it came; not everything that ElevenLabs answers is JSON."""
        body = msgspec.json.encode(content)
        headers = {"content-type": "application/json"}
        return await self._whole(self._http.build_request("POST", path, content=body, headers=headers), within)

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[httpx.Response]:
        """An answer whose body is read by whoever asked, with `httpx.HTTPError` for what goes wrong then."""
        async with _reaching(), asyncio.timeout(ANSWER_WITHIN):
            response = await self._http.send(self._http.build_request("GET", path), stream=True)
        try:
            if not response.is_success:
                async with _reaching(), asyncio.timeout(ANSWER_WITHIN):
                    raise refused(response, await _bounded(response))
            yield response
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _whole(self, request: httpx.Request, within: float) -> bytes:
        async with _reaching(), asyncio.timeout(within):
            response = await self._http.send(request, stream=True)
            try:
                body = await _bounded(response)
            finally:
                await response.aclose()
        if not response.is_success:
            raise refused(response, body)
        return body


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise Unavailable("ElevenLabs' answer is too long", provider="elevenlabs")
    return bytes(body)


@asynccontextmanager
async def _reaching() -> AsyncIterator[None]:
    """What the network does, in the words of the ports."""
    try:
        yield
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Unavailable("ElevenLabs did not answer in time", provider="elevenlabs") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable("ElevenLabs could not be reached", provider="elevenlabs") from error

"""How the official library reaches Twilio: over our own httpx, and wherever the settings say Twilio is."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from titus_adapters.clients import Watching, unwatched

ANSWER_WITHIN = 10.0
"""Seconds for one request; what takes longer counts as no answer."""

CONNECT_WITHIN = 2.0
RETRIES = 3
_TOO_MANY = 429

Pause = Callable[[float], Awaitable[None]]


class HttpxTransport:
    """What the library calls an asynchronous HTTP client; it asks for no more than these names.

    A 429 was never processed (Twilio's error 20429), so whatever was asked is asked again, after 0.1, 0.2 and 0.4 s
    give or take a tenth. Nothing else is repeated here: after a timeout, Twilio may have done what it was asked.
    """

    is_async = True

    def __init__(
        self,
        base_url: str,
        transport: httpx.AsyncBaseTransport | None,
        pause: Pause = asyncio.sleep,
        *,
        watching: Watching = unwatched,
    ) -> None:
        timeout = httpx.Timeout(ANSWER_WITHIN, connect=CONNECT_WITHIN)
        self._http = watching(httpx.AsyncClient)(transport=transport, timeout=timeout)
        self._base_url = base_url
        self._pause = pause

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        allow_redirects: bool = False,
    ) -> Answer:
        request = self._http.build_request(
            method, self._rewritten(url), params=params or None, data=data or None, headers=headers
        )
        for retry in range(RETRIES + 1):
            async with asyncio.timeout(ANSWER_WITHIN):
                response = await self._http.send(request, auth=auth)
            if response.status_code != _TOO_MANY or retry == RETRIES:
                break
            await self._pause(0.1 * 2**retry * (0.9 + secrets.randbelow(200) / 1000))
        return Answer(response)

    async def aclose(self) -> None:
        await self._http.aclose()

    def _rewritten(self, url: str) -> httpx.URL:
        """The same path and query at our base; the library writes a whole URL of its own."""
        asked = httpx.URL(url)
        return httpx.URL(self._base_url + asked.raw_path.decode("ascii"))


class Answer:
    """A response by the names that the library reads."""

    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.text = self.content = response.text
        self.headers = dict(response.headers)
        self.ok = response.status_code < 400

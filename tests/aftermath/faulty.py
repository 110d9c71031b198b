"""Transports on which providers refuse, hang, break off and vanish, as a seed decides; no real time passes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from random import Random
from typing import Any

import httpx

EVERYWHERE = ("429", "503", "hang", "down", "lost", "cut")
OF_MODELS = (*EVERYWHERE, "529", "refused")
"""`refused`: the model declines, in an answer that is whole."""

BUSY = {
    "code": 20429,
    "detail": {"status": "too_many_concurrent_requests"},
    "type": "error",
    "error": {"type": "rate_limit_error", "message": "busy"},
}
"""Each provider's client reads its own part of it."""


class Weather:
    """How often each thing goes wrong; `fired` counts. `turn` changes it, `clear` ends it. `silent`, which never comes
    by itself: there is no answer until `over`."""

    def __init__(self, random: Random, rate: float) -> None:
        self._random = random
        self._rate = rate
        self._only: tuple[str, ...] = ()
        self.fired: Counter[str] = Counter()
        self.over = asyncio.Event()

    def turn(self, rate: float, *kinds: str) -> None:
        """From now on so often, and nothing but these."""
        self._rate, self._only = rate, kinds

    def clear(self) -> None:
        self._rate = 0.0

    def strikes(self, kinds: Sequence[str]) -> str | None:
        if self._random.random() >= self._rate:
            return None
        kind = self._random.choice(self._only or kinds)
        self.fired[kind] += 1
        return kind

    def most(self, size: int) -> int:
        """Where a body is cut."""
        return self._random.randrange(size) if size else 0


class FaultyTransport(httpx.AsyncBaseTransport):
    """To an app in this process, for clients of `library`: httpx, or httpx2, which has the same names and none of the
    same classes. `lost`: the provider does its work, and the answer never arrives. `decline` has a model decline what
    it is asked next."""

    def __init__(
        self,
        weather: Weather,
        kinds: Sequence[str] = EVERYWHERE,
        *,
        library: Any = httpx,
        decline: Callable[[], object] = lambda: None,
    ) -> None:
        self.app: Any = None
        self.asked: Counter[str] = Counter()
        self._weather = weather
        self._kinds = kinds
        self._library = library
        self._decline = decline

    async def handle_async_request(self, request: Any) -> Any:
        library = self._library
        self.asked[request.url.path] += 1
        match self._weather.strikes(self._kinds):
            case "429":
                return library.Response(429, headers={"retry-after": "2"}, json=BUSY, request=request)
            case "503":
                return library.Response(503, text="<html>bad gateway</html>", request=request)
            case "529":
                return library.Response(529, json=BUSY, request=request)
            case "hang":
                raise library.ReadTimeout("no answer", request=request)
            case "down":
                raise library.ConnectError("nothing listens", request=request)
            case "lost":
                await (await self._asked(request)).aread()
                raise library.ReadTimeout("the answer got lost", request=request)
            case "cut":
                return await self._cut(request)
            case "silent":
                await self._weather.over.wait()
                raise library.ReadTimeout("no answer", request=request)
            case "refused":
                self._decline()
                return await self._asked(request)
            case _:
                return await self._asked(request)

    async def _asked(self, request: Any) -> Any:
        return await self._library.ASGITransport(app=self.app).handle_async_request(request)

    async def _cut(self, request: Any) -> Any:
        answer = await self._asked(request)
        body = await answer.aread()
        some = body[: self._weather.most(len(body))]
        content = self._broken(some)
        return self._library.Response(answer.status_code, headers=answer.headers, content=content, request=request)

    async def _broken(self, some: bytes) -> AsyncIterator[bytes]:
        """A body whose connection ends before it does."""
        yield some
        raise self._library.RemoteProtocolError("peer closed connection without sending complete message body")

"""Transports on which providers refuse, hang, break off and vanish, as a seed decides; no real time passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import httpx


class Weather:
    """How often each thing goes wrong; `fired` counts. `clear` ends it."""

    def __init__(self, random: Random, rate: float) -> None:
        self._random = random
        self._rate = rate
        self.fired: Counter[str] = Counter()

    def clear(self) -> None:
        self._rate = 0.0

    def strikes(self) -> str | None:
        if self._random.random() >= self._rate:
            return None
        kind = self._random.choice(("429", "503", "hang", "down", "lost", "cut"))
        self.fired[kind] += 1
        return kind

    def most(self, size: int) -> int:
        """Where a body is cut."""
        return self._random.randrange(size) if size else 0


class FaultyTransport(httpx.AsyncBaseTransport):
    """To an app in this process. `lost`: the provider does its work, and the answer never arrives."""

    def __init__(self, weather: Weather) -> None:
        self.app: Any = None
        self._weather = weather

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        match self._weather.strikes():
            case "429":
                return httpx.Response(429, headers={"retry-after": "2"}, json={"code": 20429}, request=request)
            case "503":
                return httpx.Response(503, text="<html>bad gateway</html>", request=request)
            case "hang":
                raise httpx.ReadTimeout("no answer", request=request)
            case "down":
                raise httpx.ConnectError("nothing listens", request=request)
            case "lost":
                await (await self._asked(request)).aread()
                raise httpx.ReadTimeout("the answer got lost", request=request)
            case "cut":
                return await self._cut(request)
            case _:
                return await self._asked(request)

    async def _asked(self, request: httpx.Request) -> httpx.Response:
        answer: httpx.Response = await httpx.ASGITransport(app=self.app).handle_async_request(request)
        return answer

    async def _cut(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asked(request)
        body = await answer.aread()
        some = body[: self._weather.most(len(body))]
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Broken(some), request=request)


class _Broken(httpx.AsyncByteStream):
    """A body whose connection ends before it does."""

    def __init__(self, some: bytes) -> None:
        self._some = some

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._some
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

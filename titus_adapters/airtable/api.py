"""Airtable's REST API over httpx, through the one gate of its base."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self, TypeAlias, TypeVar

import httpx
import msgspec

from titus_adapters.airtable.gate import Gate, LoopTime, Time
from titus_adapters.airtable.refusals import Refusal, error_of, refusal
from titus_adapters.airtable.settings import AirtableSettings
from titus_adapters.clients import Watching, unwatched
from titus_core.kernel.errors import Unavailable

ANSWER_WITHIN = 30.0
"""Seconds for one answer: Airtable computes formulas and rollups before it answers a write."""

CONNECT_WITHIN = 5.0
MOST_BYTES = 32 * 1024 * 1024
"""Of one answer: a hundred records of full long-text cells."""

TRIES = 4
_FIRST_PAUSE = 0.5

_LEAVES = "send_request_headers.started"
"""What httpcore says once there is a connection."""

_KEEPS_OPEN = 60.0
"""Seconds without a request: opening a connection anew takes several ways there and back."""

Query: TypeAlias = Mapping[str, str | int | Sequence[str]]
T = TypeVar("T")


class AirtableApi:
    """One base. Close it, or use it as a context. `transport` leads elsewhere than to a network.

    After a 429 everybody waits and the same request is made again, as often as it takes within `TRIES`; after a quota
    that is used up the gate is shut. What was surely not done (429, 502, 503) or only read is tried again; a write of
    which that is not sure is not: it raises `Unavailable` with `data["unsure"]`. The other errors are those of
    `error_of`."""

    def __init__(
        self,
        settings: AirtableSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        gate: Gate | None = None,
        time: Time | None = None,
        watching: Watching = unwatched,
    ) -> None:
        self.settings = settings
        self._time = time or LoopTime()
        self.gate = gate or Gate(settings.rate, time=self._time)
        self._http = watching(httpx.AsyncClient)(
            transport=transport,
            base_url=settings.base_url,
            headers={"authorization": f"Bearer {settings.api_key}", "accept-encoding": "identity"},
            timeout=httpx.Timeout(ANSWER_WITHIN, connect=CONNECT_WITHIN),
            limits=httpx.Limits(keepalive_expiry=_KEEPS_OPEN),
        )

    async def read(
        self, path: str, kind: type[T], query: Query | None = None, body: object = None, *, hurry: bool = True
    ) -> T:
        """What is there; a `body` makes it a POST, for questions that are too long for an address."""
        return await self._asked("GET" if body is None else "POST", path, kind, query, body, hurry=hurry, writes=False)

    async def write(
        self,
        method: str,
        path: str,
        kind: type[T],
        body: object = None,
        query: Query | None = None,
        *,
        hurry: bool = True,
    ) -> T:
        return await self._asked(method, path, kind, query, body, hurry=hurry, writes=True)

    @asynccontextmanager
    async def stream(self, url: str) -> AsyncIterator[httpx.Response]:
        """A file at an address that Airtable gave; such addresses are signed, and get no key of ours."""
        async with _reaching(unsure=False), asyncio.timeout(ANSWER_WITHIN):
            request = self._http.build_request("GET", url)
            del request.headers["authorization"]
            response = await self._http.send(request, stream=True)
        try:
            if not response.is_success:
                raise error_of(refusal(response, b""))
            yield response
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _asked(
        self, method: str, path: str, kind: type[T], query: Query | None, body: object, *, hurry: bool, writes: bool
    ) -> T:
        content = None if body is None else msgspec.json.encode(body)
        headers = {} if content is None else {"content-type": "application/json"}
        request = self._http.build_request(method, path, params=query, content=content, headers=headers)
        for tried in range(1, TRIES + 1):
            try:
                answered = await self._in_turn(request, hurry=hurry, unsure=writes)
            except Unavailable:
                if writes or tried == TRIES:
                    raise
                await self._time.sleep(_FIRST_PAUSE * 2**tried)
                continue
            if not isinstance(answered, Refusal):
                return _decoded(answered, kind, unsure=writes)
            await self._heed(answered, tried, writes=writes)
        raise AssertionError("the last try returned or raised")

    async def _in_turn(self, request: httpx.Request, *, hurry: bool, unsure: bool) -> bytes | Refusal:
        ticket = await self.gate.turn(hurry=hurry)

        async def trace(event: str, _: object) -> None:
            if event.endswith(_LEAVES):
                self.gate.left(ticket)

        request.extensions = {**request.extensions, "trace": trace}
        try:
            return await self._once(request, unsure=unsure)
        finally:
            self.gate.left(ticket)

    async def _once(self, request: httpx.Request, *, unsure: bool) -> bytes | Refusal:
        async with _reaching(unsure=unsure), asyncio.timeout(ANSWER_WITHIN):
            response = await self._http.send(request, stream=True)
            try:
                body = await _bounded(response, unsure=unsure)
            finally:
                await response.aclose()
        return body if response.is_success else refusal(response, body)

    async def _heed(self, refused: Refusal, tried: int, *, writes: bool) -> None:
        """Wait as the refusal wants it, or raise."""
        if writes and refused.unsure:
            raise Unavailable("Airtable failed at it", provider="airtable", status=refused.status, unsure=True)
        if refused.out_of_quota:
            self.gate.shut("the month's quota of Airtable's API is used up")
        elif refused.too_many:
            self.gate.cool_off()
        if tried == TRIES or not (refused.too_many or refused.passing):
            raise error_of(refused)
        if refused.passing:
            await self._time.sleep(refused.retry_after or _FIRST_PAUSE * 2**tried)


def _decoded(body: bytes, kind: type[T], *, unsure: bool) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        # Without the library's own words: they may quote what a record holds.
        raise Unavailable("Airtable's answer could not be read", provider="airtable", unsure=unsure) from error


async def _bounded(response: httpx.Response, *, unsure: bool) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise Unavailable("Airtable's answer is too long", provider="airtable", unsure=unsure)
    return bytes(body)


@asynccontextmanager
async def _reaching(*, unsure: bool) -> AsyncIterator[None]:
    """What the network does, in the words of the ports. `unsure`: Airtable may have done what it was asked."""
    try:
        yield
    except httpx.ConnectError as error:
        raise Unavailable("Airtable could not be reached", provider="airtable", unsure=False) from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Unavailable("Airtable did not answer in time", provider="airtable", unsure=unsure) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable("Airtable could not be reached", provider="airtable", unsure=unsure) from error

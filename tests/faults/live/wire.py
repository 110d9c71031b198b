"""The way from the world to the servers: whoever is up gets the request, and every exchange is written down."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from tests.faults.live.processes import Server
from titus_adapters.sandbox.elevenlabs.wire import wire_over_network
from titus_adapters.sandbox.twilio.engine.wire import Answer, HttpWire, Outgoing
from titus_http.bootstrap import TEST_BASE_URL

XML = (("Content-Type", "text/xml"),)


class Exchange(msgspec.Struct, frozen=True):
    """One request to a server and what came back. `calm`: no server was restarted meanwhile. `began` is by the
    monotonic clock."""

    route: str
    query: str
    body: bytes
    answer: Answer
    seconds: float
    calm: bool
    began: float

    @property
    def acknowledged(self) -> bool:
        return self.answer.status // 100 == 2


class BalancedWire:
    """What stands before several servers: each request goes to the next one, and where nobody listens to another.
    `elsewhere` are documents that other hosts serve, whatever becomes of Titus."""

    def __init__(self, servers: Sequence[Server], elsewhere: Mapping[str, bytes]) -> None:
        self.exchanges: list[Exchange] = []
        self.under_way: dict[int, float] = {}
        """When each request began that is not answered yet; the oldest first."""
        self._servers = servers
        self._elsewhere = elsewhere
        self._wires: dict[int, HttpWire] = {}
        self._sent = 0

    async def __call__(self, request: Outgoing) -> Answer:
        parts = urlsplit(request.url)
        if (document := self._elsewhere.get(parts.netloc)) is not None:
            return Answer(200, XML, document)
        self._sent = sent = self._sent + 1
        self.under_way[sent] = began = time.monotonic()
        try:
            answer = await self._answered(request, sent)
        finally:
            del self.under_way[sent]
        ended = time.monotonic()
        calm = not any(server.was_down(began, ended) for server in self._servers)
        route = parts.path.rpartition("/")[2]
        self.exchanges.append(Exchange(route, parts.query, request.body, answer, ended - began, calm, began))
        return answer

    def slowest(self) -> float:
        """How long the oldest request has been under way."""
        return time.monotonic() - next(iter(self.under_way.values()), time.monotonic())

    async def close(self) -> None:
        for wire in self._wires.values():
            await wire.close()

    async def _answered(self, request: Outgoing, first: int) -> Answer:
        answer = Answer(error="ct")
        for turn in range(len(self._servers)):
            port = self._servers[(first + turn) % len(self._servers)].port
            address = f"http://127.0.0.1:{port}{request.url.removeprefix(TEST_BASE_URL)}"
            if port not in self._wires:
                self._wires[port] = wire_over_network()
            answer = await self._wires[port](msgspec.structs.replace(request, url=address))
            if answer.error != "ct":
                break
        return answer

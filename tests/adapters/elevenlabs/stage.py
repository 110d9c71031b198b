"""The sandbox on a real loopback socket, the adapter that talks to it, and an ear for its webhooks."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
import uvicorn

from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.restfaults import CutOff, Hang, Nonsense, Refusal, RestFault
from titus_adapters.sandbox.elevenlabs.sandbox import START, ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.wire import wire_to
from titus_core.calls.model import Attempt, Call, Plan, Wave
from titus_core.hunt_groups.model import Endpoint
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.ids import CallId

AGENT = "agent_01"
CALLER, OFFICE = "+61491570006", "+61755500001"
SECRET = "wsec_test_of_the_stage"
POST_CALL, INITIATION = "https://titus.test/post-call", "https://titus.test/initiation"


class Heard(msgspec.Struct, frozen=True):
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Ear:
    """An app that keeps what it is told. It answers the `statuses` one after another, then 200; and `answer`."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.statuses: list[int] = []
        self.answer = b"OK"

    def at(self, url: str) -> list[Heard]:
        return [heard for heard in self.heard if url.endswith(heard.path)]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        query = parse_qs(scope["query_string"].decode())
        self.heard.append(Heard(scope["path"], query, headers, body))
        status = self.statuses.pop(0) if self.statuses else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": self.answer})


class Stage:
    """`agents` in virtual time, served at `url`; `api` asks it with the right key."""

    def __init__(self, agents: ElevenLabsSandbox, ear: Ear, url: str) -> None:
        self.agents, self.ear, self.url = agents, ear, url
        self.api = ElevenLabsApi(self.settings())

    def settings(self, api_key: str = "") -> ElevenLabsSettings:
        key = api_key or self.agents.desk.account.api_key
        return ElevenLabsSettings(api_key=key, agent_id=AGENT, base_url=self.url)

    def breaks(self, does: Refusal | Hang | CutOff | Nonsense, times: int = 1, skips: int = 0) -> None:
        """Let the next requests fail, once so many have passed."""
        self.agents.break_rest(RestFault(does=does, times=times, skips=skips))

    def registered(self, number: str = CALLER, **variables: str) -> Conversation:
        """A conversation as the app would register one."""
        return self.agents.desk.open(
            AGENT, "registered", number, OFFICE, "inbound", {"dynamic_variables": dict(variables)}
        )

    async def talked(self, number: str = CALLER, **variables: str) -> Conversation:
        """The same, talked to its end and told of."""
        conversation = self.registered(number, **variables)
        self.agents.connect(conversation)
        await self.agents.run_until_idle()
        return conversation


def the_call(**changes: Any) -> Call:
    """A caller whom two members did not answer."""
    phones = ("+61491570156", "+61491570157")
    attempts = tuple(Attempt("Kim", Endpoint.PHONE, phone, screened=True) for phone in phones)
    call = Call(
        id=CallId("CA1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"),
        from_number=CALLER,
        to_number=OFFICE,
        plan=Plan((), 120, group_name="After hours"),
        waves=(Wave(1, 0, 20, EPOCH, attempts),),
        seen_at=EPOCH,
        news_at=EPOCH,
    )
    return msgspec.structs.replace(call, **changes)


@asynccontextmanager
async def staged(*, strict: bool = True, start: datetime = START) -> AsyncIterator[Stage]:
    ear = Ear()
    agents = ElevenLabsSandbox(wire_to({"titus.test": ear}), start=start)
    agents.agent(AGENT)
    app: Any = create_sandbox_app(elevenlabs_part(agents, strict=strict, speed=None))
    async with serving(app) as origin:
        stage = Stage(agents, ear, f"{origin}/elevenlabs")
        async with stage.api:
            yield stage


class _Server(uvicorn.Server):
    """The test gets the signals, not the server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The app on a port of its own; requests that still hang at the end are dropped."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(app, log_level=logging.CRITICAL, ws="none", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve([listener]))
    try:
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110 - the server tells it by a flag only
                await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task

"""A small telephone exchange to ask about, played once by the memory adapter and once by the sandbox behind the real
one. Tests tell it what happens; `telephony` says what a provider's API would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import httpx
from msgspec.structs import replace

from titus_adapters.memory.telephony import MemoryTelephony
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller
from titus_adapters.sandbox.twilio.engine.wire import wire_to
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account, RestFault
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.telephony import TwilioTelephony
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import LegNews, Telephony
from titus_core.kernel.ids import CallId, LegId, RecordingId

OFFICE, CALLER, MEMBER, COLLEAGUE = "+61255500001", "+61491570006", "+61491570156", "+61491570157"
ACCOUNT = Account()


class Exchange(Protocol):
    @property
    def telephony(self) -> Telephony: ...
    async def ring(self) -> CallId:
        """The caller dials the office, and a member's telephone rings for it: the first time, MEMBER's."""
        ...

    async def finish(self) -> None:
        """The member answers, they talk for a minute, and both are gone."""
        ...

    def break_down(self) -> None:
        """From now on nothing is answered."""
        ...


class MemoryExchange:
    def __init__(self) -> None:
        self.telephony = MemoryTelephony()
        self._calls: list[tuple[LegNews, LegNews]] = []

    async def ring(self) -> CallId:
        number = len(self._calls)
        call = LegNews(
            CallId(f"CA{number:032x}"), CallStatus.IN_PROGRESS, None, Direction.INBOUND, CALLER, OFFICE, None
        )
        leg = LegNews(
            LegId(f"CA{number + 100:032x}"),
            CallStatus.RINGING,
            CallId(call.id),
            Direction.OUTBOUND,
            CALLER,
            MEMBER,
            None,
        )
        self._calls.append((call, leg))
        self.telephony.know(call, leg)
        return CallId(call.id)

    async def finish(self) -> None:
        for call, leg in self._calls:
            self.telephony.know(replace(call, status=CallStatus.COMPLETED, duration=70))
            self.telephony.know(replace(leg, status=CallStatus.COMPLETED, duration=60))

    def break_down(self) -> None:
        self.telephony.down = True


class SandboxExchange:
    """The same over HTTP, in process: TwilioTelephony → the sandbox's REST."""

    def __init__(self) -> None:
        self.sandbox = TwilioSandbox(wire_to({"app.test": _dialling(MEMBER, COLLEAGUE)}), account=ACCOUNT)
        self.sandbox.world.number(OFFICE, voice_url="https://app.test/voice")
        for number in (MEMBER, COLLEAGUE):
            self.sandbox.world.phone(number, Answers(after=10, talks=60))
        app: Any = create_sandbox_app(twilio_part(self.sandbox, strict=True, speed=None))
        self.transport = Switchable(httpx.ASGITransport(app=app))
        self.settings = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://sandbox.test/twilio"
        )
        self.api = TwilioApi(self.settings, self.transport)
        self.telephony = TwilioTelephony(self.api)
        self.recordings = TwilioRecordings(self.settings, self.transport)

    async def record_a_call(self) -> RecordingId:
        """A call is over, and its recording can be had."""
        await self.ring()
        await self.finish()
        await self.sandbox.run_for(60)
        return RecordingId(list(self.sandbox.board.recordings)[-1])

    async def later(self, seconds: float) -> datetime:
        """So much time passes; the instant afterwards."""
        await self.sandbox.run_for(seconds)
        return self.now()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.sandbox.now, UTC)

    async def ring(self) -> CallId:
        call = self.sandbox.call(Caller(number=CALLER), OFFICE)
        await self.sandbox.run_for(5)
        return CallId(call.sid)

    async def finish(self) -> None:
        await self.sandbox.run_until_idle()

    def break_down(self) -> None:
        self.transport.down = True

    def refuse(self, times: int, status: int = 429, code: int = 20429) -> None:
        """The next requests are refused."""
        self.sandbox.board.rest_faults.extend(RestFault(status, code, "no") for _ in range(times))


class Switchable(httpx.AsyncBaseTransport):
    """A transport that can break, and counts what goes through. `loses`: the next request never arrives, or its answer
    does not, once `loses_after` others have passed. `cuts`: every answer breaks off in its body."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.down = False
        self.loses: Literal["request", "answer"] | None = None
        self.loses_after = 0
        self.cuts = False
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.down:
            raise httpx.ConnectError("nothing listens", request=request)
        lost = self._lost()
        if lost == "request":
            raise httpx.ReadTimeout("silence", request=request)
        response = await self._inner.handle_async_request(request)
        if lost == "answer":
            raise httpx.ReadTimeout("silence", request=request)
        return httpx.Response(response.status_code, headers=response.headers, stream=Cut()) if self.cuts else response

    def _lost(self) -> Literal["request", "answer"] | None:
        if self.loses_after:
            self.loses_after -= 1
            return None
        lost, self.loses = self.loses, None
        return lost


class Cut(httpx.AsyncByteStream):
    """A body that breaks off."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"half"
        raise httpx.ReadError("cut")


def _dialling(*numbers: str) -> Any:
    """An app that rings the first of these for the first call, the next for the next."""
    left = list(numbers)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        document = f"<Response><Dial record='record-from-answer-dual'><Number>{left.pop(0)}</Number></Dial></Response>"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": document.encode()})

    return app

"""`calls.ports.Dialler`, on memory and on Twilio's API as the sandbox plays it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.adapters.twilio.exchange import CALLER, COLLEAGUE, MEMBER, OFFICE, SandboxExchange
from titus_adapters.memory.dialler import MemoryDialler
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.dialler import Addresses, TwilioDialler
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.calls.dialling import DialId, DialRequest, NotPlaced, Placed, Uncertain
from titus_core.calls.ports import Dialler
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber

ADDRESSES = Addresses(
    lambda dial_id: f"https://app.test/outbound?request={dial_id}#rc=2", "https://app.test/status#rc=3"
)


class OnMemory:
    def __init__(self) -> None:
        self.memory = MemoryDialler()
        self.dialler: Dialler = self.memory
        self.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def break_down(self) -> None:
        self.memory.down = True


class OnTwilio:
    def __init__(self, exchange: SandboxExchange | None = None) -> None:
        self.exchange = exchange or SandboxExchange()
        self.dialler: Dialler = TwilioDialler(self.exchange.api, ADDRESSES)
        self.now = datetime.fromtimestamp(self.exchange.sandbox.now, UTC)

    def break_down(self) -> None:
        self.exchange.break_down()


@pytest.fixture(params=[OnMemory, OnTwilio], ids=["memory", "twilio"])
def provider(request: pytest.FixtureRequest) -> OnMemory | OnTwilio:
    make: Callable[[], OnMemory | OnTwilio] = request.param
    return make()


def asking(provider: Any, **changes: Any) -> DialRequest:
    plain: dict[str, Any] = {
        "id": DialId("d1"),
        "placed_by": UserId(1),
        "from_number": PhoneNumber(OFFICE),
        "callback": PhoneNumber(MEMBER),
        "to": PhoneNumber(CALLER),
        "requested_at": provider.now,
    }
    return DialRequest(**{**plain, **changes})


async def test_each_request_is_a_call_of_its_own(provider: Any) -> None:
    first, second = [await provider.dialler.dial(asking(provider)) for _ in range(2)]
    assert isinstance(first, Placed)
    assert isinstance(second, Placed)
    assert first != second


async def test_a_look_finds_what_was_placed_for_the_same_phone_at_that_time(provider: Any) -> None:
    placed = await provider.dialler.dial(asking(provider))
    await provider.dialler.dial(asking(provider, callback=PhoneNumber(COLLEAGUE)))
    assert await provider.dialler.look_for(asking(provider)) == (placed.call_id,)
    assert await provider.dialler.look_for(asking(provider, callback=PhoneNumber(CALLER))) == ()
    for away in (timedelta(hours=1), -timedelta(hours=1)):
        assert await provider.dialler.look_for(asking(provider, requested_at=provider.now + away)) == ()


async def test_where_nobody_is_reached_nothing_is_placed_and_nothing_can_be_looked_up(provider: Any) -> None:
    provider.break_down()
    assert isinstance(await provider.dialler.dial(asking(provider)), NotPlaced)
    with pytest.raises(Unavailable):
        await provider.dialler.look_for(asking(provider))


async def test_twilio_is_given_our_number_our_address_and_every_event_as_a_field_of_its_own() -> None:
    provider = OnTwilio()
    await provider.dialler.dial(asking(provider))
    (request,) = provider.exchange.transport.requests
    form = httpx.QueryParams(request.content.decode())
    assert (form["From"], form["To"], form["Timeout"]) == (OFFICE, MEMBER, "20")
    assert form["Url"] == "https://app.test/outbound?request=d1#rc=2"
    assert form.get_list("StatusCallbackEvent") == ["initiated", "ringing", "answered", "completed"]
    assert CALLER not in request.content.decode()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(400, json={"code": 21211, "message": "no", "status": 400}), NotPlaced),
        (httpx.Response(401, json={"code": 20003, "message": "no", "status": 401}), NotPlaced),
        (httpx.Response(404, json={"code": 20404, "message": "no", "status": 404}), NotPlaced),
        (httpx.Response(408, json={"code": 20408, "message": "slow", "status": 408}), Uncertain),
        (httpx.Response(408, text="<html>"), Uncertain),
        (httpx.Response(500, json={"code": 20500, "message": "no", "status": 500}), Uncertain),
        (httpx.Response(502, text="<html>"), Uncertain),
        (httpx.Response(201, text="not JSON"), Uncertain),
        (httpx.ReadTimeout("silence"), Uncertain),
        (httpx.ReadError("cut"), Uncertain),
        (httpx.RemoteProtocolError("cut"), Uncertain),
        (httpx.WriteTimeout("slow"), Uncertain),
        (TimeoutError(), Uncertain),
        (httpx.ConnectError("closed"), NotPlaced),
        (httpx.ConnectTimeout("far"), NotPlaced),
    ],
)
async def test_only_what_is_certain_is_called_not_placed(answer: Any, expected: type) -> None:
    asked: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return answer

    settings = TwilioSettings(account_sid="AC1", auth_token="token")
    dialler = TwilioDialler(TwilioApi(settings, httpx.MockTransport(answered)), ADDRESSES)
    request = asking(OnMemory())
    told = await dialler.dial(request)
    assert isinstance(told, expected)
    assert len(asked) == 1
    assert MEMBER not in str(told)

"""TwilioTelephony where it is more than the port: refusals, retries, pages, and what the library would do by itself."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.adapters.twilio.exchange import ACCOUNT, SandboxExchange
from titus_adapters.sandbox.twilio.behaviour import Caller
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.telephony import TwilioTelephony
from titus_adapters.twilio.transport import HttpxTransport
from titus_core.calls.ports import Telephony
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId

CALL = CallId("CA" + "1" * 32)


@pytest.fixture
async def exchange() -> AsyncIterator[SandboxExchange]:
    exchange = SandboxExchange()
    async with exchange.api:
        yield exchange


def answering(*responses: httpx.Response) -> TwilioTelephony:
    """Telephony to a Twilio that answers these, in order."""
    left = list(responses)
    transport = httpx.MockTransport(lambda request: left.pop(0))
    return TwilioTelephony(TwilioApi(TwilioSettings(account_sid="AC1", auth_token="token"), transport))


async def test_too_many_requests_are_repeated_until_one_is_taken(exchange: SandboxExchange) -> None:
    exchange.refuse(3)
    assert await exchange.telephony.call(CALL) is None
    assert len(exchange.transport.requests) == 4


async def test_too_many_requests_for_too_long_are_unavailable(exchange: SandboxExchange) -> None:
    exchange.refuse(4)
    with pytest.raises(Unavailable, match="Twilio answered 429"):
        await exchange.telephony.live_calls()


async def test_a_retry_waits_longer_each_time_give_or_take_a_tenth() -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    refusing = httpx.MockTransport(lambda request: httpx.Response(429))
    await HttpxTransport("https://api.test", refusing, pause).request("GET", "https://other.test/2010-04-01/x")
    assert [round(paused / expected, 1) for paused, expected in zip(pauses, [0.1, 0.2, 0.4], strict=True)] == (
        pytest.approx([1.0, 1.0, 1.0], abs=0.11)
    )


@pytest.mark.parametrize("status", [400, 401, 403, 500, 503])
async def test_no_other_refusal_is_repeated(exchange: SandboxExchange, status: int) -> None:
    exchange.refuse(1, status, 20001)
    with pytest.raises(Unavailable, match=f"Twilio answered {status}") as raised:
        await exchange.telephony.call(CALL)
    assert raised.value.data["provider"] == "twilio"
    assert len(exchange.transport.requests) == 1


async def test_an_error_quotes_neither_numbers_nor_credentials(exchange: SandboxExchange) -> None:
    exchange.refuse(1, 400, 21211)
    with pytest.raises(Unavailable) as raised:
        await exchange.telephony.legs(CALL)
    text = f"{raised.value} {raised.value.data} {exchange.api._settings!r}"
    assert ACCOUNT.auth_token not in text
    assert "+61" not in text


async def test_live_calls_are_complete_over_several_pages() -> None:
    def page(next_page: str | None, *sids: str) -> httpx.Response:
        calls = [{"sid": sid, "status": "ringing", "direction": "inbound"} for sid in sids]
        return httpx.Response(200, json={"calls": calls, "next_page_uri": next_page})

    none = page(None)
    telephony = answering(none, page("/2010-04-01/Accounts/AC1/Calls.json?Page=1", "CA1"), page(None, "CA2"), none)
    assert [news.id for news in await telephony.live_calls()] == ["CA1", "CA2"]


async def test_live_calls_with_a_page_missing_are_an_error() -> None:
    first = {"calls": [], "next_page_uri": "/2010-04-01/Accounts/AC1/Calls.json?Page=1"}
    with pytest.raises(Unavailable, match="Twilio answered 500"):
        await answering(httpx.Response(200, json=first), httpx.Response(500)).live_calls()


async def test_a_call_that_moves_on_while_live_calls_are_read_counts_once_in_its_later_state() -> None:
    def answer(status: str) -> httpx.Response:
        return httpx.Response(200, json={"calls": [{"sid": "CA1", "status": status, "direction": "inbound"}]})

    (news,) = await answering(answer("queued"), answer("ringing"), answer("in-progress")).live_calls()
    assert news.status == "in-progress"


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"sid": CALL, "status": "new-word", "direction": "inbound"}),
        httpx.Response(302, headers={"location": "https://elsewhere.test/"}),
    ],
    ids=["no JSON", "no object", "unknown status", "redirect"],
)
async def test_an_answer_that_cannot_be_read_is_unavailable(response: httpx.Response) -> None:
    with pytest.raises(Unavailable):
        await answering(response).call(CALL)


async def test_a_provider_that_says_nothing_is_unavailable() -> None:
    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ReadTimeout("nothing came", request=request)

    telephony = TwilioTelephony(TwilioApi(TwilioSettings(account_sid="AC1", auth_token="token"), Silent()))
    with pytest.raises(Unavailable, match="could not be reached"):
        await telephony.call(CALL)


async def test_region_and_edge_of_the_process_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(404, json={"code": 20404, "message": "no", "status": 404})

    api = TwilioApi(TwilioSettings(account_sid="AC1", auth_token="token"), httpx.MockTransport(answer))
    assert await TwilioTelephony(api).call(CALL) is None
    assert str(asked[0].url) == f"https://api.twilio.com/2010-04-01/Accounts/AC1/Calls/{CALL}.json"
    assert asked[0].headers["authorization"] == "Basic " + base64.b64encode(b"AC1:token").decode()


async def test_a_withheld_caller_is_told_as_twilio_spells_it(exchange: SandboxExchange) -> None:
    call = exchange.sandbox.call(Caller(number="anonymous"), "+61255500001")
    await exchange.sandbox.run_for(1)
    news = await exchange.telephony.call(CallId(call.sid))
    assert news is not None
    assert news.from_number == "anonymous"


def test_the_library_is_not_imported_before_it_is_needed() -> None:
    program = (
        "import sys, titus_adapters.twilio.telephony, titus_adapters.twilio.numbers; print('twilio' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed == "False\n"


def test_twilio_telephony_is_a_telephony() -> None:
    telephony: Telephony = answering()
    assert telephony

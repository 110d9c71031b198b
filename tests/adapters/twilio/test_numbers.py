"""Setting up a number at Twilio."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.adapters.twilio.exchange import OFFICE, SandboxExchange
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.numbers import Change, TwilioNumbers
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.kernel.errors import NotFound, Unavailable

BASE = "https://titus.test/api/voice/webhook"
ADDRESSES = {
    "voice": f"{BASE}/inbound#rc=2&rp=all",
    "fallback": f"{BASE}/fallback#rc=2&rp=all",
    "status": f"{BASE}/status#rc=3&rp=all",
    "sms": f"{BASE}/sms-inbound#rc=3&rp=all",
}


async def set_up(api: TwilioApi, number: str = OFFICE, *, dry_run: bool = False) -> tuple[Change, ...]:
    return await TwilioNumbers(api).set_up(
        number,
        voice=ADDRESSES["voice"],
        fallback=ADDRESSES["fallback"],
        status=ADDRESSES["status"],
        sms=ADDRESSES["sms"],
        dry_run=dry_run,
    )


async def set_up_application(exchange: SandboxExchange, *, dry_run: bool = False) -> tuple[Change, ...]:
    """One that asks somebody else, until it is set up."""
    applications = exchange.sandbox.world.applications
    sid = next(iter(applications), None) or exchange.sandbox.world.application(voice_url="https://app.test/voice").sid
    return await TwilioNumbers(exchange.api).set_up_application(
        sid, voice=ADDRESSES["voice"], status=ADDRESSES["status"], dry_run=dry_run
    )


@pytest.fixture
async def exchange() -> AsyncIterator[SandboxExchange]:
    exchange = SandboxExchange()
    async with exchange.api:
        yield exchange


async def test_a_number_is_pointed_at_our_addresses_fragments_included(exchange: SandboxExchange) -> None:
    await set_up(exchange.api)
    number = exchange.sandbox.world.numbers[OFFICE]
    assert (number.voice_url, number.voice_fallback_url, number.status_callback, number.sms_url) == tuple(
        ADDRESSES.values()
    )


async def test_the_changes_tell_what_was_and_what_shall_be(exchange: SandboxExchange) -> None:
    changes = await set_up(exchange.api)
    assert Change("voice_url", "https://app.test/voice", ADDRESSES["voice"]) in changes


async def test_a_dry_run_tells_the_same_and_changes_nothing(exchange: SandboxExchange) -> None:
    told = await set_up(exchange.api, dry_run=True)
    assert exchange.sandbox.world.numbers[OFFICE].voice_url == "https://app.test/voice"
    assert await set_up(exchange.api) == told


async def test_a_number_that_is_set_up_is_left_alone(exchange: SandboxExchange) -> None:
    await set_up(exchange.api)
    exchange.transport.requests.clear()
    assert await set_up(exchange.api) == ()
    assert [request.method for request in exchange.transport.requests] == ["GET"]


async def test_a_number_that_belongs_to_an_application_is_taken_from_it() -> None:
    posted: list[str] = []
    listed = {"sid": "PN1", "phone_number": OFFICE, "voice_application_sid": "AP1", "trunk_sid": None}

    def answer(request: httpx.Request) -> httpx.Response:
        posted.append(request.content.decode())
        return httpx.Response(200, json={"incoming_phone_numbers": [listed]} if request.method == "GET" else listed)

    api = TwilioApi(TwilioSettings(account_sid="AC1", auth_token="token"), httpx.MockTransport(answer))
    changes = await set_up(api)
    assert Change("voice_application_sid", "AP1", "") in changes
    assert "VoiceApplicationSid=&" in posted[1] + "&"


async def test_a_number_that_only_contains_ours_is_not_ours(exchange: SandboxExchange) -> None:
    with pytest.raises(NotFound, match=r"no number \+6125550000"):
        await set_up(exchange.api, OFFICE[:-1])


async def test_a_refusal_is_unavailable(exchange: SandboxExchange) -> None:
    exchange.refuse(1, 401, 20003)
    with pytest.raises(Unavailable, match="Twilio answered 401"):
        await set_up(exchange.api)


async def test_the_application_of_browsers_is_set_up_once_and_for_all(exchange: SandboxExchange) -> None:
    told = await set_up_application(exchange, dry_run=True)
    assert Change("voice_url", "https://app.test/voice", ADDRESSES["voice"]) in told
    assert await set_up_application(exchange) == told
    (application,) = exchange.sandbox.world.applications.values()
    assert (application.voice_url, application.status_callback) == (ADDRESSES["voice"], ADDRESSES["status"])
    assert await set_up_application(exchange) == ()


async def test_an_application_that_twilio_does_not_know_is_not_found(exchange: SandboxExchange) -> None:
    with pytest.raises(NotFound):
        await TwilioNumbers(exchange.api).set_up_application("AP" + "0" * 32, voice="", status="")

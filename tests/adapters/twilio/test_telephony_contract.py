"""What every `calls.ports.Telephony` must do: the memory adapter, and Twilio's REST API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.twilio.exchange import CALLER, MEMBER, OFFICE, Exchange, MemoryExchange, SandboxExchange
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import LegNews
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId

UNKNOWN = CallId("CA" + "f" * 32)


@pytest.fixture(params=["memory", "twilio"])
async def exchange(request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    if request.param == "memory":
        yield MemoryExchange()
    else:
        sandbox = SandboxExchange()
        async with sandbox.api:
            yield sandbox


async def test_a_live_call_is_told_with_its_numbers_and_no_parent(exchange: Exchange) -> None:
    call_id = await exchange.ring()
    news = await exchange.telephony.call(call_id)
    assert news is not None
    told = LegNews(call_id, CallStatus.IN_PROGRESS, None, Direction.INBOUND, CALLER, OFFICE, None, news.began_at)
    assert news == told


async def test_a_call_that_nobody_knows_is_none(exchange: Exchange) -> None:
    assert await exchange.telephony.call(UNKNOWN) is None


async def test_the_legs_of_a_call_name_it_as_their_parent(exchange: Exchange) -> None:
    call_id = await exchange.ring()
    (leg,) = await exchange.telephony.legs(call_id)
    assert (leg.parent, leg.status, leg.direction, leg.to_number) == (
        call_id,
        CallStatus.RINGING,
        Direction.OUTBOUND,
        MEMBER,
    )
    assert leg.id != call_id


async def test_a_leg_can_be_asked_for_like_a_call(exchange: Exchange) -> None:
    (leg,) = await exchange.telephony.legs(await exchange.ring())
    assert await exchange.telephony.call(CallId(leg.id)) == leg


async def test_a_call_without_legs_has_none(exchange: Exchange) -> None:
    assert await exchange.telephony.legs(UNKNOWN) == ()


async def test_live_calls_are_callers_legs_only(exchange: Exchange) -> None:
    first, second = await exchange.ring(), await exchange.ring()
    assert {news.id for news in await exchange.telephony.live_calls()} == {first, second}


async def test_a_call_that_ended_is_not_live_and_tells_its_seconds(exchange: Exchange) -> None:
    call_id = await exchange.ring()
    await exchange.finish()
    news = await exchange.telephony.call(call_id)
    assert news is not None
    assert news.status is CallStatus.COMPLETED
    assert news.duration is not None
    assert 60 <= news.duration <= 80
    assert await exchange.telephony.live_calls() == ()


async def test_a_provider_that_cannot_be_reached_is_unavailable_to_every_question(exchange: Exchange) -> None:
    exchange.break_down()
    with pytest.raises(Unavailable):
        await exchange.telephony.call(UNKNOWN)
    with pytest.raises(Unavailable):
        await exchange.telephony.legs(UNKNOWN)
    with pytest.raises(Unavailable):
        await exchange.telephony.live_calls()

"""How Twilio's lists are read: page after page, and never a part for the whole. What every ledger must do is in
`tests/contracts/test_ledgers.py`, and of texts in `test_texts.py` there."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from tests.adapters.twilio.exchange import CALLER, OFFICE, SandboxExchange
from titus_adapters.twilio.ledger import TwilioLedger
from titus_core.kernel.errors import Unavailable
from titus_core.messaging.model import MessageStatus

BEFORE = datetime(2026, 11, 22, tzinfo=UTC)


async def test_a_page_follows_the_other_by_the_address_that_twilio_gives() -> None:
    exchange = SandboxExchange()
    await exchange.ring()
    await exchange.finish()
    assert len(await TwilioLedger(exchange.api, page=1).calls(BEFORE)) == 2
    assert ["PageToken" in str(request.url) for request in exchange.transport.requests] == [False, True]


async def test_a_list_that_is_too_long_is_no_list() -> None:
    exchange = SandboxExchange()
    await exchange.ring()
    with pytest.raises(Unavailable, match="more than 2"):
        await TwilioLedger(exchange.api, most=2).calls(BEFORE)


async def test_a_list_that_breaks_off_between_pages_is_none_at_all() -> None:
    exchange = SandboxExchange()
    await exchange.ring()
    listed = TwilioLedger(exchange.api, page=1)
    exchange.transport.loses, exchange.transport.loses_after = "request", 1
    with pytest.raises(Unavailable):
        await listed.calls(BEFORE)


@pytest.mark.parametrize("question", ["calls", "recordings", "received"])
async def test_a_provider_that_goes_on_refusing_is_unavailable(question: str) -> None:
    exchange = SandboxExchange()
    exchange.refuse(9)
    with pytest.raises(Unavailable):
        await getattr(TwilioLedger(exchange.api), question)(BEFORE)


async def test_what_we_sent_is_listed_with_what_became_of_it() -> None:
    exchange = SandboxExchange()
    exchange.sandbox.text(CALLER, OFFICE, "came in")
    for body in ("one", "two"):
        await exchange.api.ask(partial(_send, body))
    await exchange.later(3600)
    listed = await TwilioLedger(exchange.api).sent(BEFORE)
    assert {(one.from_number, one.to_number, one.body, one.status) for one in listed} == {
        (OFFICE, CALLER, "one", MessageStatus.DELIVERED),
        (OFFICE, CALLER, "two", MessageStatus.DELIVERED),
    }


async def _send(body: str, client: Any) -> Any:
    return await client.messages.create_async(to=CALLER, from_=OFFICE, body=body)

"""How Twilio's lists are read: page after page, and never a part for the whole. What every ledger must do is in
`tests/contracts/test_ledgers.py`, and of texts in `test_texts.py` there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.adapters.twilio.exchange import SandboxExchange
from titus_adapters.twilio.ledger import TwilioLedger
from titus_core.kernel.errors import Unavailable

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

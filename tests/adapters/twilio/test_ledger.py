"""Twilio's lists of what was, against the sandbox: every page, no older than asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.behaviour import Caller
from titus_adapters.sandbox.twilio.engine.wire import wire_to
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.recordings import start_recording, stop_recording
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account, RestFault
from titus_adapters.twilio import ledger as ledger_module
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.ledger import TwilioLedger
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.calls.model import Direction, RecordingState
from titus_core.kernel.errors import Unavailable
from titus_core.messaging.model import MessageStatus

ACCOUNT = Account()
OURS, THEIRS = "+61255500001", "+61491570006"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PICTURE = "ME" + "1" * 32


class Exchange:
    def __init__(self) -> None:
        self.sandbox = TwilioSandbox(wire_to({}), account=ACCOUNT, start=START)
        self.sandbox.world.number(OURS)
        app: Any = create_sandbox_app(twilio_part(self.sandbox, strict=True, speed=None))
        settings = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://sandbox.test/twilio"
        )
        self.ledger = TwilioLedger(TwilioApi(settings, httpx.ASGITransport(app=app)))

    async def later(self, hours: float = 1.0) -> datetime:
        await self.sandbox.run_for(hours * 3600)
        return datetime.fromtimestamp(self.sandbox.now, UTC)

    async def called(self) -> Any:
        call = self.sandbox.call(Caller(number=THEIRS), OURS)
        await self.sandbox.run_until_idle()
        return call


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


async def test_calls_of_the_same_day_but_before_the_instant_are_left_out(exchange: Exchange) -> None:
    await exchange.called()
    since = await exchange.later()
    second = await exchange.called()
    (listed,) = await exchange.ledger.calls(since)
    assert (listed.id, listed.direction, listed.from_number) == (second.sid, Direction.INBOUND, THEIRS)
    assert listed.status.ended
    assert len(await exchange.ledger.calls(START)) == 2


async def test_all_pages_are_read(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "LARGEST_PAGE", 2)
    sids = {(await exchange.called()).sid for _ in range(5)}
    assert {listed.id for listed in await exchange.ledger.calls(START)} == sids


async def test_a_list_that_is_too_long_is_no_list(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "MOST", 2)
    for _ in range(2):
        await exchange.called()
    with pytest.raises(Unavailable):
        await exchange.ledger.calls(START)


async def test_recordings_are_listed_with_their_call_and_kind(exchange: Exchange) -> None:
    call = await exchange.called()
    for source in ("RecordVerb", "DialVerb"):
        recording = start_recording(exchange.sandbox.board, call, source, 1)
        await exchange.later(0.01)
        stop_recording(exchange.sandbox.board, recording)
        await exchange.later(0.1)
    listed = {one.voicemail: one for one in await exchange.ledger.recordings(START)}
    assert set(listed) == {True, False}
    assert {one.call_id for one in listed.values()} == {call.sid}
    assert (listed[True].state, listed[True].duration, listed[True].channels) == (RecordingState.COMPLETED, 36, 1)
    assert await exchange.ledger.recordings(await exchange.later()) == ()


async def test_texts_that_came_in_are_listed_with_their_pictures(exchange: Exchange) -> None:
    exchange.sandbox.text(THEIRS, OURS, "photo", [("image/jpeg", f"https://api.example/Media/{PICTURE}")])
    since = await exchange.later()
    second = exchange.sandbox.text(THEIRS, OURS, "STOP")
    (listed,) = await exchange.ledger.received(since)
    assert (listed.told.provider_id, listed.told.body, listed.came_at) == (second.sid, "STOP", since)
    first = (await exchange.ledger.received(START))[-1]
    assert [(media.content_type, media.media_id) for media in first.told.media] == [("image/jpeg", PICTURE)]


@pytest.mark.parametrize("question", ["calls", "recordings", "received"])
async def test_a_provider_that_refuses_is_unavailable(exchange: Exchange, question: str) -> None:
    exchange.sandbox.refuse_rest(*[RestFault()] * 9)
    with pytest.raises(Unavailable):
        await getattr(exchange.ledger, question)(START - timedelta(hours=1))


async def test_what_we_sent_is_listed_with_what_became_of_it(exchange: Exchange) -> None:
    await exchange.later()
    exchange.sandbox.text(THEIRS, OURS, "Hello")
    since = await exchange.later()
    client: Any = exchange.ledger._api._client
    for body in ("one", "two"):
        await client.messages.create_async(to=THEIRS, from_=OURS, body=body)
    await exchange.later()
    listed = await exchange.ledger.sent(since)
    assert {(one.from_number, one.to_number, one.body, one.status) for one in listed} == {
        (OURS, THEIRS, "one", MessageStatus.DELIVERED),
        (OURS, THEIRS, "two", MessageStatus.DELIVERED),
    }
    assert {one.provider_id for one in listed} == {
        message.sid for message in exchange.sandbox.messages if message.direction != "inbound"
    }
    assert await exchange.ledger.sent(await exchange.later()) == ()

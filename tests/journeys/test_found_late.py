"""While no webhook arrives, calls, recordings and texts are not lost: they are found in Twilio's lists."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.journeys.stage import ACCOUNT, ALICE, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
from titus_adapters.sandbox.twilio.chaos import Chaos, Drop, Outage, Rule
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.ledger import TwilioLedger
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.telephony import TwilioTelephony
from titus_core.callbacks.ports import Which
from titus_core.calls.ports import CallFilter
from titus_core.jobs.trying import TryJob
from titus_core.kernel.files import Files
from titus_core.messaging.ports import MessageFilter
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.webhooks.twilio.links import Links


class _Line(httpx.AsyncBaseTransport):
    inner: Any = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer: httpx.Response = await self.inner.handle_async_request(request)
        return answer


class LedgerStage(Stage):
    def __init__(self, chaos: Chaos | None = None, **parts: Any) -> None:
        line = _Line()
        account = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://sandbox.test/twilio"
        )
        api = TwilioApi(account, line)
        ledger = TwilioLedger(api)
        super().__init__(
            chaos=chaos,
            telephony=TwilioTelephony(api),
            recordings=TwilioRecordings(account, line),
            call_ledger=ledger,
            text_ledger=ledger,
            **parts,
        )
        app: Any = create_sandbox_app(twilio_part(self.twilio, strict=True, speed=None))
        line.inner = httpx.ASGITransport(app=app)
        self.twilio.world.number(TITUS_NUMBER, sms_url=Links(TEST_BASE_URL).sms_inbound())

    is_up = True

    async def _tick(self, at: float) -> None:
        if self.is_up:
            await super()._tick(at)

    async def look(self) -> None:
        """A period passes, and what comes round by itself is done."""
        self.is_up = True
        await self.twilio.run_for(301)
        await self.titus.working.periodic()
        handlers = self.titus.working.handlers
        await self.store.jobs.run_due(tuple(handlers), TryJob(handlers))


@pytest.fixture
async def down() -> LedgerStage:
    """For a quarter of an hour we are not there."""
    stage = LedgerStage(Chaos(outages=[Outage(0, 900)]))
    await stage.staff(ALICE)
    await stage.group(ALICE)
    stage.is_up = False
    return stage


async def test_a_call_that_came_while_we_were_down_is_found_and_owed(down: LedgerStage) -> None:
    call_id = down.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
    await down.twilio.run_for(890)
    assert (await down.store.reader.calls(CallFilter(), 9, None)).items == ()
    await down.look()
    call = await down.call(call_id)
    assert (call.found_late, call.live) == (True, False)
    await down.settle()
    (owed,) = (await down.store.reader.callbacks(Which.DUE, 9, None)).items
    assert (owed.call_id, owed.caller) == (call_id, CALLER)


async def test_a_text_that_came_while_we_were_down_is_found(down: LedgerStage) -> None:
    sid = down.twilio.text(CALLER, TITUS_NUMBER, "I will be late").sid
    await down.twilio.run_for(890)
    await down.look()
    (message,) = (await down.store.reader.messages(MessageFilter(), 9, None)).items
    assert (message.id, message.body, message.found_late) == (sid, "I will be late", True)


async def test_a_recording_of_which_every_report_got_lost_is_kept(files: Files) -> None:
    stage = LedgerStage(Chaos(Rule(fault=Drop(), kinds=("recording_status",))), files=files)
    await stage.staff(ALICE)
    await stage.group(ALICE, record=True)
    stage.twilio.world.phone(PHONES[ALICE], Answers(after=4, presses="1", talks=60))
    call_id = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
    await stage.settle()
    assert (await stage.call(call_id)).recordings == ()
    await stage.look()
    (recording,) = (await stage.call(call_id)).recordings
    assert recording.file is not None
    assert await files.about(recording.file.key) == recording.file
    assert not (await stage.call(call_id)).found_late


async def test_what_is_found_again_is_the_same(down: LedgerStage) -> None:
    down.twilio.world.phone(PHONES[ALICE], NeverAnswers())
    call_id = down.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
    await down.twilio.run_for(890)
    for _ in range(3):
        await down.look()
    told = await down.store.reader.events((await down.call(call_id)).id)
    assert [event.kind for event in told] == ["call.reported", "call.found_late", "call.settled"]

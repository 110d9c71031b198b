"""Texts come in and go out by Twilio, and a caller whom nobody answered gets one."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.file_places import read
from tests.journeys.stage import ACCOUNT, ALICE, BEN, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
from titus_adapters.sandbox.twilio.chaos import Chaos, Duplicate, Rule
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.world import TextRoute
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.texts import TwilioTexts
from titus_core.jobs.trying import TryJob
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.errors import Refused
from titus_core.kernel.files import Files
from titus_core.kernel.phone import PhoneNumber
from titus_core.messaging.model import Message, MessageStatus, Purpose
from titus_core.messaging.ports import MessageFilter
from titus_core.messaging.queue_text import NewText
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.webhooks.twilio.links import Links

PICTURE = "ME" + "1" * 32
WORDS = "Sorry we missed you. We will call you back."


class _Line(httpx.AsyncBaseTransport):
    inner: Any = None
    loses = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer: httpx.Response = await self.inner.handle_async_request(request)
        if self.loses and request.method == "POST":
            raise httpx.ReadTimeout("the answer got lost", request=request)
        return answer


class TextStage(Stage):
    def __init__(self, chaos: Chaos | None = None, **parts: Any) -> None:
        self.line = _Line()
        account = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://sandbox.test/twilio"
        )
        texts = TwilioTexts(account, Links(TEST_BASE_URL).sms_status, self.line)
        super().__init__(chaos=chaos, text_sender=texts, media=texts, **parts)
        app: Any = create_sandbox_app(twilio_part(self.twilio, strict=True, speed=None))
        self.line.inner = httpx.ASGITransport(app=app)
        self.twilio.world.number(TITUS_NUMBER, sms_url=Links(TEST_BASE_URL).sms_inbound())

    async def work(self) -> None:
        handlers = self.titus.working.handlers
        await self.store.jobs.run_due(tuple(handlers), TryJob(handlers))
        await self.twilio.run_until_idle()

    async def messages(self) -> list[Message]:
        """The oldest first."""
        page = await self.store.reader.messages(MessageFilter(), 99, None)
        return list(reversed(page.items))

    async def queue(self, body: str = "Hello", to: str = CALLER) -> Message:
        text = NewText(once=body, to=PhoneNumber(to), body=body, purpose=Purpose.STAFF)
        queued: Message = await self.titus.use_cases.queue_text(text, SYSTEM)
        return queued

    async def missed(self) -> None:
        """Nobody answers a caller."""
        self.twilio.world.phone(PHONES[ALICE], NeverAnswers())
        self.twilio.call(Caller(number=CALLER, gives_up_after=8.0), TITUS_NUMBER)
        await self.settle()
        await self.work()


@pytest.fixture
def stage() -> TextStage:
    return TextStage()


async def test_a_text_comes_in_with_its_picture(files: Files) -> None:
    stage = TextStage(files=files)
    stage.twilio.text(CALLER, TITUS_NUMBER, "photo", [("image/jpeg", f"https://api.example/Media/{PICTURE}")])
    await stage.twilio.run_until_idle()
    await stage.work()
    (message,) = await stage.messages()
    assert (message.party, message.body, message.status) == (CALLER, "photo", MessageStatus.RECEIVED)
    file = message.media[0].file
    assert file is not None
    assert await read(files, file.key) == PICTURE.encode() * 100


async def test_a_text_goes_out_and_its_delivery_is_known(stage: TextStage) -> None:
    await stage.queue()
    await stage.work()
    (message,) = await stage.messages()
    (sent,) = stage.twilio.messages
    assert (message.status, message.provider_id, sent.body) == (MessageStatus.DELIVERED, sent.sid, "Hello")


async def test_why_one_did_not_arrive_is_known(stage: TextStage) -> None:
    stage.twilio.world.texts[CALLER] = TextRoute("undelivered", 30003)
    await stage.queue()
    await stage.work()
    (message,) = await stage.messages()
    assert (message.status, message.error_code) == (MessageStatus.UNDELIVERED, 30003)


async def test_a_lost_answer_sends_nothing_twice(stage: TextStage) -> None:
    stage.line.loses = True
    await stage.queue()
    await stage.work()
    await stage.work()
    assert len(stage.twilio.messages) == 1
    assert (await stage.messages())[0].status is MessageStatus.DELIVERED


async def test_after_stop_nothing_is_sent_until_start() -> None:
    stage = TextStage(Chaos(Rule(fault=Duplicate(same_token=False))))
    await stage.queue("first")
    stage.twilio.text(CALLER, TITUS_NUMBER, "Stop")
    await stage.twilio.run_until_idle()
    with pytest.raises(Refused):
        await stage.queue("second")
    await stage.work()
    assert [one.body for one in stage.twilio.messages if one.direction == "outbound-api"] == []
    assert [(one.body, one.status) for one in await stage.messages()] == [
        ("first", MessageStatus.REFUSED),
        ("Stop", MessageStatus.RECEIVED),
    ]
    stage.twilio.text(CALLER, TITUS_NUMBER, "START")
    await stage.twilio.run_until_idle()
    await stage.queue("third")
    await stage.work()
    assert [one.body for one in stage.twilio.messages if one.direction == "outbound-api"] == ["third"]


async def test_a_missed_caller_is_texted_and_the_group_is_told_once() -> None:
    stage = TextStage(Chaos(Rule(fault=Duplicate(same_token=False))))
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, missed_call_text=WORDS, notify=(PHONES[BEN],))
    await stage.missed()
    await stage.work()
    sent = {(one.to, one.body.split(".")[0]) for one in stage.twilio.messages}
    assert sent == {(CALLER, "Sorry we missed you"), (PHONES[BEN], f"Missed call for Intake from {CALLER}")}
    assert len(stage.twilio.messages) == 2
    assert {one.status for one in await stage.messages()} == {MessageStatus.DELIVERED}


async def test_who_rings_twice_in_a_row_is_texted_once(stage: TextStage) -> None:
    await stage.staff(ALICE)
    await stage.group(ALICE, missed_call_text=WORDS)
    await stage.missed()
    await stage.missed()
    assert [one.to for one in stage.twilio.messages] == [CALLER]


async def test_who_was_answered_is_not_texted(stage: TextStage) -> None:
    await stage.staff(ALICE)
    await stage.group(ALICE, missed_call_text=WORDS, notify=(PHONES[BEN],))
    stage.twilio.world.phone(PHONES[ALICE], Answers(after=4, presses="1", talks=30))
    stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.settle()
    await stage.work()
    assert stage.twilio.messages == []

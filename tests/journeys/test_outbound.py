"""Calls that we make: click-to-call and browsers, over signed webhooks, dialled once at most."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.journeys.stage import ACCOUNT, ALICE, BEN, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.behaviour import Answers, Busy, Caller, NeverAnswers
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.dialler import Addresses, TwilioDialler
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.accounts.model import Role, User
from titus_core.calls.dialling import DialRequest, DialState
from titus_core.calls.evidence import result
from titus_core.calls.model import Direction
from titus_core.calls.place_call import CallOut
from titus_core.calls.ports import KnownCaller
from titus_core.jobs.trying import TryJob
from titus_core.kernel.actor import Actor
from titus_core.kernel.errors import AlreadyExists
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.webhooks.twilio.links import Links

CLIENT = "+61491570110"
NAME = "Mia Tran"


class Line(httpx.AsyncBaseTransport):
    """The way to Twilio's API. `fails` happens to the next request: before it arrives, or on the way back."""

    def __init__(self) -> None:
        self.inner: Any = None
        self.before: Exception | None = None
        self.after: Exception | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.before is not None:
            raise self.before
        answer: httpx.Response = await self.inner.handle_async_request(request)
        if self.after is not None:
            raise self.after
        return answer


class OutboundStage(Stage):
    """With Twilio's API to be asked for calls, and an application for browsers."""

    def __init__(self) -> None:
        self.line, links = Line(), Links(TEST_BASE_URL)
        account = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://s.test/twilio"
        )
        self.dialler = TwilioDialler(TwilioApi(account, self.line), Addresses(links.outbound, links.status()))
        super().__init__(
            dialler=self.dialler, recordings=TwilioRecordings(account, self.line), twilio_number=TITUS_NUMBER
        )
        app: Any = create_sandbox_app(twilio_part(self.twilio, strict=True, speed=None))
        self.line.inner = httpx.ASGITransport(app=app)
        self.app_sid = self.twilio.world.application(voice_url=links.browser_outbound()).sid

    async def open(self, **settings: Any) -> None:
        await self.staff(ALICE, BEN)
        await self.group(ALICE, BEN, **settings)
        self.twilio.world.phone(PHONES[ALICE], Answers(after=3, talks=90))
        await self.store.transact(_know, KnownCaller(PhoneNumber(CLIENT), "rec1", NAME))

    async def click(self, key: str | None = None, to: str = CLIENT) -> DialRequest:
        place_call = self.titus.use_cases.calling_out.place_call
        assert place_call is not None
        return await place_call(
            CallOut(
                actor=Actor("user", "alice", ALICE),
                user_id=ALICE,
                from_number=PhoneNumber(TITUS_NUMBER),
                callback=PhoneNumber(PHONES[ALICE]),
                to=PhoneNumber(to),
                key=key,
            )
        )

    def browse(self, identity: str, to: str, **more: str) -> str:
        return str(self.twilio.call_from_browser(Caller(number=identity), to, self.app_sid, more).sid)

    async def work(self) -> None:
        handlers = self.titus.working.handlers
        await self.store.jobs.run_due(tuple(handlers), TryJob(handlers))

    async def request(self) -> DialRequest:
        (found,) = await self.store.reader.dial_requests(None, 9)
        return found  # type: ignore[no-any-return]


@pytest.fixture
def stage() -> OutboundStage:
    return OutboundStage()


async def test_click_to_call_rings_who_asks_and_then_whom_they_want(stage: OutboundStage) -> None:
    await stage.open(record=True)
    stage.twilio.world.phone(CLIENT, Answers(after=5, talks=40))
    placed = await stage.click()
    assert (placed.state, placed.participant) == (DialState.PLACED, NAME)
    assert placed.call_id is not None
    listed = (await stage.call(placed.call_id)).status
    assert not listed.ended
    await stage.settle()
    call = await stage.call(placed.call_id)
    assert (call.direction, call.from_number, call.to_number) == (Direction.OUTBOUND, TITUS_NUMBER, CLIENT)
    assert (call.participant, call.contact_id, call.placed_by) == (NAME, "rec1", ALICE)
    assert await stage.outcome(placed.call_id) == "answered"
    assert stage.twilio.world.rang(PHONES[ALICE]) == stage.twilio.world.rang(CLIENT) == 1
    (leg,) = stage.twilio.board.calls[placed.call_id].legs
    assert (leg.from_, leg.to) == (TITUS_NUMBER, CLIENT)
    assert stage.twilio.warnings == []


async def test_the_other_side_hears_the_notice_and_the_recording_is_kept(stage: OutboundStage) -> None:
    await stage.open(record=True)
    stage.twilio.world.phone(CLIENT, Answers(after=5, talks=40))
    call_id = (await stage.click()).call_id
    assert call_id is not None
    await stage.settle()
    (notice,) = [sent for sent in stage.twilio.sent() if "/notice?" in sent.url]
    assert "This call is recorded" in notice.body
    (opening,) = [sent for sent in stage.twilio.sent() if "/outbound?" in sent.url]
    assert "This call is recorded" not in opening.body  # our own person knows
    assert CLIENT.removeprefix("+") not in opening.url
    await stage.work()
    call = await stage.call(call_id)
    (recording,) = call.recordings
    assert recording.file is not None
    assert call.plan is not None
    assert call.plan.announcement is not None


async def test_without_recording_nobody_is_told_of_one(stage: OutboundStage) -> None:
    await stage.open(record=False)
    stage.twilio.world.phone(CLIENT, Answers(after=5, talks=40))
    call_id = (await stage.click()).call_id
    await stage.settle()
    assert call_id is not None
    assert (await stage.call(call_id)).recordings == ()
    assert [sent for sent in stage.twilio.sent() if "/notice?" in sent.url] == []


@pytest.mark.parametrize(("phone", "expected"), [(NeverAnswers(), "no_answer"), (Busy(), "busy")])
async def test_a_call_that_reaches_nobody_failed_and_says_how(stage: OutboundStage, phone: Any, expected: str) -> None:
    await stage.open()
    stage.twilio.world.phone(CLIENT, phone)
    call_id = (await stage.click()).call_id
    assert call_id is not None
    await stage.settle()
    call = await stage.call(call_id)
    (wave,) = call.waves
    assert [str(result(call, wave, attempt)) for attempt in wave.attempts] == [expected]
    assert await stage.outcome(call_id) == "failed"


async def test_who_does_not_pick_up_their_own_phone_disturbs_nobody(stage: OutboundStage) -> None:
    await stage.open()
    stage.twilio.world.phone(PHONES[ALICE], NeverAnswers())
    stage.twilio.world.phone(CLIENT, Answers())
    call_id = (await stage.click()).call_id
    assert call_id is not None
    await stage.settle()
    assert await stage.outcome(call_id) == "failed"
    assert stage.twilio.world.rang(CLIENT) == 0


async def test_whoever_calls_out_is_not_rung_by_callers(stage: OutboundStage) -> None:
    await stage.open()
    stage.twilio.world.phone(CLIENT, Answers(after=5, talks=60))
    stage.twilio.world.phone(PHONES[BEN], Answers(presses="1"))
    await stage.click()
    await stage.twilio.run_for(20)
    incoming = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.settle()
    call = await stage.call(incoming.sid)
    assert [(skip.user_id, skip.reason.value) for skip in call.skips] == [(ALICE, "busy")]
    assert stage.twilio.world.rang(PHONES[ALICE]) == 1


async def test_the_same_key_dials_once_and_another_call_under_it_is_refused(stage: OutboundStage) -> None:
    await stage.open()
    stage.twilio.world.phone(CLIENT, Answers(talks=5))
    first = await stage.click("once")
    assert await stage.click("once") == first
    with pytest.raises(AlreadyExists):
        await stage.click("once", to=CALLER)
    await stage.settle()
    assert stage.twilio.world.rang(PHONES[ALICE]) == 1


async def test_an_answer_that_got_lost_leaves_it_unknown_until_a_look_finds_the_call(stage: OutboundStage) -> None:
    await stage.open()
    stage.twilio.world.phone(PHONES[ALICE], NeverAnswers())  # so that no webhook tells
    stage.line.after = httpx.ReadTimeout("silence")
    asked = await stage.click("once")
    assert (asked.state, asked.call_id) == (DialState.UNKNOWN, None)
    assert (await stage.click("once")).state is DialState.UNKNOWN
    stage.line.after = None
    await stage.settle()
    await stage.work()
    found = await stage.request()
    assert found.state is DialState.PLACED
    assert found.call_id is not None
    assert (await stage.call(found.call_id)).to_number == CLIENT
    assert await stage.outcome(found.call_id) is not None
    assert stage.twilio.world.rang(PHONES[ALICE]) == 1


async def test_the_webhook_of_an_unknown_call_says_that_it_is_there(stage: OutboundStage) -> None:
    await stage.open()
    stage.twilio.world.phone(CLIENT, Answers(talks=5))
    stage.line.after = httpx.ReadTimeout("silence")
    await stage.click()
    stage.line.after = None
    await stage.settle()
    found = await stage.request()
    assert found.state is DialState.PLACED
    assert found.call_id is not None
    assert await stage.outcome(found.call_id) == "answered"


async def test_what_was_never_dialled_is_looked_for_and_stays_unknown(stage: OutboundStage) -> None:
    await stage.open()
    stage.line.before = httpx.ReadTimeout("lost on the way")
    await stage.click()
    stage.line.before = None
    await stage.settle()
    await stage.work()
    for _ in range(5):
        await stage.settle()
        await stage.work()
    found = await stage.request()
    assert (found.state, found.reason) == (DialState.UNKNOWN, "the provider was asked, and knows no such call")
    assert stage.twilio.world.rang(PHONES[ALICE]) == 0


async def test_a_refusal_or_a_closed_door_is_a_failure_for_certain(stage: OutboundStage) -> None:
    await stage.open()
    stage.line.before = httpx.ConnectError("nobody there")
    failed = await stage.click()
    assert (failed.state, failed.reason) == (DialState.FAILED, "Twilio could not be reached")
    stage.line.before = None
    stage.twilio.world.numbers.pop(TITUS_NUMBER)
    assert (await stage.click()).reason == "Twilio answered 400 (error 21210)"


async def test_a_crash_between_mark_and_answer_is_seen_and_nothing_is_dialled_again(stage: OutboundStage) -> None:
    await stage.open()
    stage.line.before = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        await stage.click("once")
    assert (await stage.request()).state is DialState.DIALLING
    stage.line.before = None
    await stage.settle()
    await stage.work()
    assert (await stage.request()).state is DialState.UNKNOWN
    assert (await stage.click("once")).state is DialState.UNKNOWN
    await stage.settle()
    assert stage.twilio.world.rang(PHONES[ALICE]) == 0


async def test_a_browser_calls_out_under_our_number(stage: OutboundStage) -> None:
    await stage.open(record=True)
    stage.twilio.world.phone(CLIENT, Answers(after=5, talks=40))
    call_id = stage.browse("client:user_1", "0491 570 110", callerId="+61491570006", Record="false")
    await stage.settle()
    call = await stage.call(call_id)
    assert (call.direction, call.from_number, call.to_number) == (Direction.OUTBOUND, TITUS_NUMBER, CLIENT)
    assert (call.participant, call.placed_by, len(call.recordings)) == (NAME, ALICE, 1)
    assert await stage.outcome(call_id) == "answered"
    (leg,) = stage.twilio.board.calls[call_id].legs
    assert leg.from_ == TITUS_NUMBER


async def test_a_browser_calls_a_colleague_who_sees_who_it_is(stage: OutboundStage) -> None:
    await stage.open(record=True)
    await stage.heartbeat(BEN)
    stage.twilio.world.client("user_2", Answers(after=2, talks=20))
    call_id = stage.browse("client:user_1", "client:user_2")
    await stage.settle()
    call = await stage.call(call_id)
    assert (call.participant, call.to_number, call.recordings) == ("Ben Okoro", "client:user_2", ())
    assert await stage.outcome(call_id) == "answered"
    (leg,) = stage.twilio.board.calls[call_id].legs
    assert leg.from_ == "client:user_1"


@pytest.mark.parametrize(
    ("identity", "to", "why"),
    [
        ("client:user_9", CLIENT, "unknown identity"),
        ("client:admin", CLIENT, "unknown identity"),
        ("client:user_01", CLIENT, "unknown identity"),
        ("client:user_1", "000", "to: emergency numbers are called from a telephone"),
        ("client:user_1", "1900 555 001", "to: is a number at a premium rate"),
        ("client:user_1", "+64 21 123 456", "to: is in a country that is not called from here"),
        ("client:user_1", "client:user_9", "nobody to call"),
        ("client:user_1", "", "to: is not a telephone number"),
        ("client:user_3", CLIENT, "not allowed"),
    ],
)
async def test_a_browser_that_may_not_is_told_so_and_nobody_is_rung(
    stage: OutboundStage, identity: str, to: str, why: str
) -> None:
    await stage.open()
    await stage.store.transact(_hire_worker, UserId(3))
    stage.twilio.world.phone(CLIENT, Answers())
    call_id = stage.browse(identity, to)
    await stage.settle()
    call = await stage.call(call_id)
    assert call.refusal == why
    assert call.waves == ()
    assert await stage.outcome(call_id) == "failed"
    (asked,) = [sent for sent in stage.twilio.sent() if sent.url.endswith("/browser-outbound")]
    assert "<Say" in asked.body
    assert "<Hangup />" in asked.body
    assert "<Dial" not in asked.body
    told = await stage.store.reader.events(call.id)
    assert told[0].kind == "call.placed"


async def test_an_operators_call_that_nobody_asked_for_dials_nobody(stage: OutboundStage) -> None:
    await stage.open()
    stage.twilio.world.phone(CLIENT, Answers(talks=5))
    async with httpx.AsyncClient(transport=stage.line, auth=(ACCOUNT.sid, ACCOUNT.auth_token)) as http:
        answer = await http.post(
            f"http://s.test/twilio/2010-04-01/Accounts/{ACCOUNT.sid}/Calls.json",
            data={
                "To": PHONES[ALICE],
                "From": TITUS_NUMBER,
                "Url": f"{TEST_BASE_URL}/api/voice/webhook/outbound?to={CLIENT}",
            },
        )
    await stage.settle()
    call = await stage.call(answer.json()["sid"])
    assert call.refusal == "not asked for"
    assert stage.twilio.world.rang(CLIENT) == 0


async def _know(tx: Any, caller: KnownCaller) -> None:
    tx.known_callers.save(caller)


async def _hire_worker(tx: Any, user_id: UserId) -> None:
    tx.users.save(User(id=user_id, email="w@titus.example", name="W", role=Role.SUPPORT_WORKER, password_hash="-"))

"""The store fails, and no caller hears it: fallback documents, 503 for reports, and a poll for what was unsaid."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from defusedxml import ElementTree
from twilio.request_validator import RequestValidator

from tests.journeys.stage import ACCOUNT, ALICE, BEN, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import LegNews
from titus_core.kernel.ids import CallId
from titus_http.bootstrap import TEST_BASE_URL

CALL = "CA" + "c" * 32
FORM = {"AccountSid": ACCOUNT.sid, "CallSid": CALL, "From": CALLER, "To": TITUS_NUMBER, "CallStatus": "ringing"}


async def post(stage: Stage, path: str, **fields: str) -> httpx.Response:
    url = f"{TEST_BASE_URL}/api/voice/webhook/{path}"
    form = {**FORM, **fields}
    signature = RequestValidator(ACCOUNT.auth_token).compute_signature(url, form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    app: Any = stage.titus.app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
        return await client.post(url, content=urlencode(form), headers=headers)


@pytest.fixture
async def stage() -> Stage:
    stage = Stage()
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN)
    return stage


def verbs(response: httpx.Response) -> list[str]:
    assert response.status_code == 200
    return [verb.tag for verb in ElementTree.fromstring(response.text)]


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        ("inbound", {}, ["Say", "Pause", "Redirect"]),
        (f"hunt-step?callSid={CALL}&step=1", {"DialCallStatus": "busy"}, ["Say", "Pause", "Redirect"]),
        (f"agent?callSid={CALL}&stage=1", {}, ["Redirect"]),
        ("voicemail", {}, ["Hangup"]),
        ("fallback", {}, ["Say", "Pause", "Redirect"]),
        ("fallback?turn=2", {}, ["Redirect"]),
        ("fallback?turn=3", {}, ["Say", "Record", "Hangup"]),
        ("screen", {"ParentCallSid": CALL}, ["Gather", "Hangup"]),
        ("screen", {"ParentCallSid": CALL, "Digits": "1"}, []),
        ("screen", {"ParentCallSid": CALL, "Digits": "2"}, ["Hangup"]),
        ("notice", {"ParentCallSid": CALL}, ["Say"]),
        ("outbound", {}, ["Hangup"]),
        ("browser-outbound", {}, ["Hangup"]),
    ],
)
async def test_whoever_asks_gets_a_document_though_the_store_is_gone(
    stage: Stage, path: str, fields: dict[str, str], expected: list[str]
) -> None:
    await stage.store.close()
    assert verbs(await post(stage, path, **fields)) == expected


@pytest.mark.parametrize("path", ["status", "recording", "sms-inbound", "sms-status", "debugger"])
async def test_a_report_that_cannot_be_stored_is_to_be_repeated(stage: Stage, path: str) -> None:
    await stage.store.close()
    told = {
        "RecordingSid": "RE" + "d" * 32,
        "RecordingStatus": "completed",
        "MessageSid": "SM" + "e" * 32,
        "MessageStatus": "sent",
        "Sid": "NO" + "f" * 32,
    }
    assert (await post(stage, path, **told)).status_code == 503
    await stage.store.open()
    assert (await post(stage, path, **told)).status_code == 200


async def test_a_caller_is_served_when_the_store_comes_back(stage: Stage) -> None:
    stage.twilio.world.phone(PHONES[ALICE], Answers(presses="1"))
    await stage.store.close()
    ringing = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.twilio.run_for(1)
    await stage.store.open()
    await stage.settle()
    assert await stage.outcome(ringing.sid) == "answered"


async def test_a_caller_leaves_a_message_when_the_store_stays_away(stage: Stage) -> None:
    stage.world.agent.url = None
    await stage.store.close()
    ringing = stage.twilio.call(Caller(number=CALLER, speaks=9), TITUS_NUMBER)
    await stage.twilio.run_for(60)
    assert [recording.source for recording in ringing.recordings] == ["RecordVerb"]


async def test_a_call_that_no_webhook_could_tell_of_is_found(stage: Stage) -> None:
    live = LegNews(CallId(CALL), CallStatus.IN_PROGRESS, None, Direction.INBOUND, CALLER, TITUS_NUMBER, None)
    stage.world.telephony.know(live)
    await stage.titus.ticker.once()
    call = await stage.call(CALL)
    assert call.live
    assert call.from_number == CALLER
    ended = LegNews(CallId(CALL), CallStatus.COMPLETED, None, Direction.INBOUND, CALLER, TITUS_NUMBER, 30)
    stage.world.telephony.know(ended)
    for _ in range(10):
        await stage.twilio.run_for(10)
    assert await stage.outcome(CALL) == "caller_hung_up"
    assert (await stage.call(CALL)).settled_at is not None


async def test_a_call_whose_end_nobody_told_is_settled_within_two_minutes(stage: Stage) -> None:
    stage.twilio.world.phone(PHONES[ALICE], NeverAnswers())
    await post(stage, "inbound")
    stage.world.telephony.know(
        LegNews(CallId(CALL), CallStatus.COMPLETED, None, Direction.INBOUND, CALLER, TITUS_NUMBER, 4)
    )
    for _ in range(12):
        await stage.twilio.run_for(10)
    call = await stage.call(CALL)
    assert call.settled_at is not None
    assert await stage.outcome(CALL) == "caller_hung_up"


async def test_our_own_bug_serves_the_caller_and_keeps_the_fact(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours")

    with monkeypatch.context() as patch:
        patch.setattr("titus_core.calls.answer_call.make_plan", broken)
        assert verbs(await post(stage, "inbound")) == ["Say", "Pause", "Redirect"]
        assert verbs(await post(stage, "inbound")) == ["Say", "Pause", "Redirect"]
        await stage.titus.ticker.once()
        assert await stage.store.reader.call(CallId(CALL)) is None
    await stage.twilio.run_for(4000)
    await stage.titus.ticker.once()
    assert (await stage.call(CALL)).arrived_at is not None

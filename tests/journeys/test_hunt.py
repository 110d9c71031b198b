"""A caller reaches someone: signed webhooks over HTTP, a hunt group, the right person on the phone."""

from __future__ import annotations

import itertools
from typing import Literal

import pytest

from tests.journeys.stage import ALICE, BEN, CALLER, CARA, PHONES, TITUS_NUMBER, Stage
from titus_adapters.sandbox.twilio.behaviour import (
    Answers,
    Busy,
    Caller,
    CarrierVoicemail,
    DeadNumber,
    Declines,
    NeverAnswers,
    PhoneBehaviour,
    Unreachable,
)
from titus_adapters.sandbox.twilio.switches import Switches
from titus_core.calls.evidence import answered_by, result
from titus_core.calls.model import Call
from titus_core.hunt_groups.model import Strategy, ToAgent, ToGroup, ToNumber, ToVoicemail
from titus_core.kernel.ids import GroupId
from titus_core.kernel.phone import PhoneNumber


def results(call: Call) -> list[str]:
    return [str(result(call, wave, attempt)) for wave in call.waves for attempt in wave.attempts]


async def hunt(stage: Stage, *reactions: PhoneBehaviour, caller: Caller | None = None) -> Call:
    """One call to a group of two whose phones react so."""
    for number, reaction in zip((PHONES[ALICE], PHONES[BEN]), reactions, strict=False):
        stage.twilio.world.phone(number, reaction)
    ringing = stage.twilio.call(caller or Caller(number=CALLER), TITUS_NUMBER)
    await stage.settle()
    assert stage.twilio.warnings == []
    assert stage.twilio.world.double_rings == []
    return await stage.call(ringing.sid)


@pytest.fixture
async def stage() -> Stage:
    stage = Stage()
    await stage.staff(ALICE, BEN, CARA)
    await stage.group(ALICE, BEN)
    return stage


async def test_the_second_member_answers_when_the_first_does_not(stage: Stage) -> None:
    call = await hunt(stage, NeverAnswers(), Answers(presses="1", talks=60))
    assert results(call) == ["no_answer", "answered"]
    by = answered_by(call)
    assert by is not None
    assert by.user_id == BEN
    assert await stage.outcome(call.id) == "answered"
    assert call.settled_at is not None


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        (Busy(), "busy"),
        (Declines(sip="603"), "declined"),
        (DeadNumber(), "failed"),
        (Unreachable(), "no_answer"),
        (CarrierVoicemail(after=8), "screened_out"),
        (Answers(after=3), "screened_out"),
        (Answers(after=3, presses="2"), "declined"),
    ],
)
async def test_whatever_the_first_phone_does_the_second_rings(
    stage: Stage, reaction: PhoneBehaviour, expected: str
) -> None:
    call = await hunt(stage, reaction, Answers(presses="1"))
    assert results(call) == [expected, "answered"]


async def test_a_message_is_taken_when_nobody_answers(stage: Stage) -> None:
    call = await hunt(stage, NeverAnswers(), NeverAnswers())
    assert results(call) == ["no_answer", "no_answer"]
    assert [recording.voicemail for recording in call.recordings] == [True]
    assert await stage.outcome(call.id) == "voicemail"


async def test_the_agent_takes_over_when_nobody_answers() -> None:
    stage = Stage(hosts={"agent.example": speaking_agent})
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN, overflow=(ToAgent(), ToVoicemail()))
    call = await hunt(stage, NeverAnswers(), Busy())
    assert call.agent.served_at is not None
    assert await stage.outcome(call.id) == "ai_fallback"


async def test_a_broken_agent_means_voicemail() -> None:
    stage = Stage(hosts={"agent.example": broken_agent})
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN, overflow=(ToAgent(), ToVoicemail()))
    call = await hunt(stage, NeverAnswers(), Busy())
    assert call.agent.failure is not None
    assert await stage.outcome(call.id) == "voicemail"


async def test_an_agent_that_cannot_be_invited_means_voicemail() -> None:
    stage = Stage()
    stage.world.agent.url = None
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN, overflow=(ToAgent(),))
    call = await hunt(stage, NeverAnswers(), Busy())
    assert await stage.outcome(call.id) == "voicemail"


async def test_the_overflow_chain_is_walked_in_order(stage: Stage) -> None:
    external = "+61255500099"
    await stage.group(CARA, group_id=GroupId(2), name="After hours", number=PhoneNumber("+61255500002"))
    await stage.group(ALICE, BEN, group_id=GroupId(3), overflow=(ToGroup(GroupId(2)), ToNumber(PhoneNumber(external))))
    await stage.retire(GroupId(1))
    stage.twilio.world.phone(PHONES[CARA], NeverAnswers())
    stage.twilio.world.phone(external, Answers(talks=30))
    call = await hunt(stage, Busy(), Busy())
    assert results(call) == ["busy", "busy", "no_answer", "answered"]
    assert await stage.outcome(call.id) == "answered"


async def test_ring_all_rings_everybody_and_the_first_to_press_one_wins(stage: Stage) -> None:
    await stage.group(ALICE, BEN, group_id=GroupId(2), strategy=Strategy.RING_ALL)
    await stage.retire(GroupId(1))
    call = await hunt(stage, Answers(after=6, presses="1"), Answers(after=3, presses="1"))
    assert results(call) == ["lost_race", "answered"]


async def test_two_callers_never_ring_one_person(stage: Stage) -> None:
    for number in (PHONES[ALICE], PHONES[BEN]):
        stage.twilio.world.phone(number, Answers(after=5, presses="1", talks=40))
    calls = [stage.twilio.call(Caller(number=f"+6149157000{n}"), TITUS_NUMBER) for n in (6, 7, 8)]
    await stage.settle()
    assert stage.twilio.world.double_rings == []
    assert [await stage.outcome(call.sid) for call in calls] == ["answered", "answered", "voicemail"]


async def test_a_caller_waits_for_a_busy_member_where_the_group_says_so(stage: Stage) -> None:
    await stage.group(ALICE, group_id=GroupId(2), when_busy="wait")
    await stage.retire(GroupId(1))
    stage.twilio.world.phone(PHONES[ALICE], Answers(after=2, presses="1", talks=20))
    first = stage.twilio.call(Caller(number="+61491570007"), TITUS_NUMBER)
    await stage.twilio.run_for(10)
    second = stage.twilio.call(Caller(number="+61491570008"), TITUS_NUMBER)
    await stage.settle()
    assert await stage.outcome(first.sid) == "answered"
    assert await stage.outcome(second.sid) == "answered"
    assert (await stage.call(second.sid)).arrived_at is not None


async def test_a_blocked_caller_is_refused(stage: Stage) -> None:
    await stage.group(ALICE, group_id=GroupId(2), blocked=(PhoneNumber(CALLER),))
    await stage.retire(GroupId(1))
    call = await hunt(stage)
    assert call.refusal == "blocked"
    assert await stage.outcome(call.id) == "failed"
    assert stage.twilio.world.rang(PHONES[ALICE]) == 0


GONE: tuple[Literal["never", "canceled", "no-answer"], ...] = ("never", "canceled", "no-answer")
SWITCHES = [
    Switches(action_after_hangup=action, first_pick_up_cancels_others=cancels, dial_bridged=bridged)
    for action, cancels, bridged in itertools.product(GONE, (False, True), (False, True))
]


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
async def test_what_twilio_does_not_document_makes_no_difference(switches: Switches) -> None:
    stage = Stage(switches=switches)
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN)
    answered = await hunt(stage, NeverAnswers(), Answers(presses="1"))
    assert results(answered) == ["no_answer", "answered"]
    assert await stage.outcome(answered.id) == "answered"
    gone = await hunt(stage, NeverAnswers(), NeverAnswers(), caller=Caller(number=CALLER, gives_up_after=30))
    assert results(gone) == ["no_answer", "caller_gone"]
    assert await stage.outcome(gone.id) == "caller_hung_up"
    out = await hunt(stage, Answers(after=3), CarrierVoicemail(after=8))
    assert results(out) == ["screened_out", "screened_out"]
    assert await stage.outcome(out.id) == "voicemail"


async def speaking_agent(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    await _respond(
        send, 200, b'<?xml version="1.0"?><Response><Connect><Stream url="wss://agent.example"/></Connect></Response>'
    )


async def broken_agent(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    await _respond(send, 500, b"no")


async def _respond(send, status: int, body: bytes) -> None:  # type: ignore[no-untyped-def]
    headers = [(b"content-type", b"text/xml")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""How each kind of phone ends a Dial."""

import pytest

from tests.adapters.sandbox.toy import CALLER, FIRST, LINE, SECOND, client, dial, number, stage, twiml
from titus_adapters.sandbox.twilio.behaviour import (
    Answers,
    Busy,
    Caller,
    DeadNumber,
    Declines,
    HangUp,
    NeverAnswers,
    PhoneBehaviour,
    Unreachable,
)
from titus_adapters.sandbox.twilio.switches import Switches

ENDINGS: list[tuple[PhoneBehaviour, str, str, str]] = [
    (Declines(sip="486"), "busy", "busy", "486"),
    (Declines(sip="603"), "busy", "busy", "603"),
    (Busy(), "busy", "busy", "486"),
    (DeadNumber(), "failed", "failed", "404"),
    (Unreachable(), "failed", "failed", "480"),
    (NeverAnswers(), "no-answer", "no-answer", "487"),
]


@pytest.mark.parametrize(("reaction", "dial_status", "leg_status", "sip"), ENDINGS, ids=lambda value: str(value)[:20])
async def test_an_unanswered_leg_ends_in_its_own_way(
    reaction: PhoneBehaviour, dial_status: str, leg_status: str, sip: str
) -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST)))}
    scene.phone(FIRST, reaction)
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()

    action = scene.toy.at("/after")[0].form
    assert action["DialCallStatus"] == dial_status
    assert action["DialBridged"] == "false"
    assert "DialCallDuration" not in action
    last = [seen.form for seen in scene.toy.at("/status") if seen.form["To"] == FIRST][-1]
    assert (last["CallStatus"], last["SipResponseCode"], last["CallDuration"]) == (leg_status, sip, "0")


@pytest.mark.parametrize("spelling", ["no-answer", "failed"])
async def test_an_unregistered_browser_ends_the_dial_at_once(spelling: str) -> None:
    scene = stage(switches=Switches(unregistered_client=spelling))  # type: ignore[arg-type]
    scene.toy.routes = {"/in": twiml(dial(client("user_7")))}
    scene.twilio.world.client("user_7", Answers(), registered=False)
    began = scene.twilio.now
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_for(0)
    action = scene.toy.at("/after")[0].form
    assert action["DialCallStatus"] == spelling
    assert "DialCallDuration" not in action
    assert scene.twilio.now == began


async def test_a_registered_browser_answers_without_screening() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(client("user_7")))}
    scene.twilio.world.client("user_7", Answers(after=3, talks=20))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.bridged_to == "client:user_7"
    action = scene.toy.at("/after")[0].form
    assert (action["DialCallDuration"], action["DialCallStatus"]) == ("20", "completed")


async def test_when_two_ring_the_slower_one_is_cancelled() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), number(SECOND)))}
    scene.phone(FIRST, Answers(after=6))
    scene.phone(SECOND, Answers(after=3, talks=10))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert {leg.to: leg.status for leg in call.legs} == {FIRST: "canceled", SECOND: "completed"}
    assert scene.toy.at("/after")[0].form["DialCallSid"] == call.legs[1].sid


async def test_sequential_rings_one_after_another_without_asking_in_between() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), number(SECOND), sequential="true"))}
    scene.phone(FIRST, NeverAnswers())
    scene.phone(SECOND, Answers(talks=10))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.bridged_to == SECOND
    assert call.legs[1].created_at == call.legs[0].ended_at
    assert len(scene.toy.at("/after")) == 1


async def test_a_time_limit_ends_the_talk() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), timeLimit="30"))}
    scene.phone(FIRST, Answers(talks=600))
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert scene.toy.at("/after")[0].form["DialCallDuration"] == "30"


async def test_the_callee_can_hang_up_while_being_screened() -> None:
    scene = stage()
    scene.toy.routes = {
        "/in": twiml(dial(number(FIRST, screened=True))),
        "/screen": twiml("<Gather><Say>Press one.</Say></Gather>", "<Hangup/>"),
    }
    scene.phone(FIRST, Answers(after=2, hangs_up=HangUp("gather", after=1)))
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    action = scene.toy.at("/after")[0].form
    assert (action["DialCallStatus"], action["DialBridged"], action["DialCallDuration"]) == ("completed", "false", "1")


async def test_verbs_after_a_dial_without_action_run_once_the_talk_is_over() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), action=""), "<Say>Thank you.</Say>")}
    scene.phone(FIRST, Answers(talks=5))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.heard == ["Thank you."]


async def test_verbs_after_a_dial_with_action_are_never_reached() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST)), "<Say>Never heard.</Say>")}
    scene.phone(FIRST, Answers(talks=5))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.heard == []
    assert any("never reached: Say" in entry.text for entry in call.timeline)

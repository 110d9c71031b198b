"""Both settings of whatever Twilio leaves open."""

import pytest

from tests.adapters.sandbox.toy import (
    CALLER,
    FIRST,
    LINE,
    SCREEN,
    SECOND,
    Stage,
    accept,
    dial,
    number,
    stage,
    twiml,
)
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, HangUp, NeverAnswers
from titus_adapters.sandbox.twilio.switches import Switches


def ringing(switches: Switches, **attributes: str) -> Stage:
    """A dial to a phone that nobody answers."""
    scene = stage(switches=switches)
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), **attributes))}
    scene.phone(FIRST, NeverAnswers())
    return scene


async def test_the_action_may_never_come_after_the_caller_left() -> None:
    scene = ringing(Switches(action_after_hangup="never"))
    call = scene.twilio.call(Caller(number=CALLER, gives_up_after=8), LINE)
    await scene.twilio.run_until_idle()
    assert scene.toy.at("/after") == []
    assert call.ended_at == call.created_at + 8


@pytest.mark.parametrize("spelling", ["canceled", "no-answer"])
async def test_or_it_comes_in_either_spelling(spelling: str) -> None:
    scene = ringing(Switches(action_after_hangup=spelling))  # type: ignore[arg-type]
    scene.twilio.call(Caller(number=CALLER, gives_up_after=8), LINE)
    await scene.twilio.run_until_idle()
    action = scene.toy.at("/after")[0].form
    assert (action["DialCallStatus"], action["CallStatus"]) == (spelling, "completed")


async def test_whatever_the_action_answers_then_rings_nobody() -> None:
    scene = ringing(Switches())
    scene.toy.routes["/after"] = twiml(dial(number(SECOND)))
    scene.phone(SECOND, Answers())
    scene.twilio.call(Caller(number=CALLER, gives_up_after=8), LINE)
    await scene.twilio.run_until_idle()
    assert scene.twilio.world.rang(SECOND) == 0


@pytest.mark.parametrize("status", ["no-answer", "canceled"])
async def test_a_caller_who_leaves_before_the_answer_ends_the_call_unanswered(status: str) -> None:
    scene = ringing(Switches(gone_while_ringing=status))  # type: ignore[arg-type]
    call = scene.twilio.call(Caller(number=CALLER, gives_up_after=8), LINE)
    await scene.twilio.run_until_idle()
    assert (call.status, call.duration) == (status, 0)


async def test_without_answer_on_bridge_the_same_caller_was_answered() -> None:
    scene = ringing(Switches(), answerOnBridge="")
    call = scene.twilio.call(Caller(number=CALLER, gives_up_after=8), LINE)
    await scene.twilio.run_until_idle()
    assert (call.status, call.duration) == ("completed", 8)


@pytest.mark.parametrize("status", ["canceled", "no-answer"])
async def test_the_leg_of_a_caller_who_left_ends_in_either_spelling(status: str) -> None:
    scene = ringing(Switches(leg_of_gone_caller=status))  # type: ignore[arg-type]
    call = scene.twilio.call(Caller(number=CALLER, gives_up_after=8), LINE)
    await scene.twilio.run_until_idle()
    assert call.legs[0].status == status


@pytest.mark.parametrize(("cancels", "winner"), [(False, SECOND), (True, None)])
async def test_while_one_is_screened_the_others_ring_on_or_not(cancels: bool, winner: str | None) -> None:
    scene = stage(switches=Switches(first_pick_up_cancels_others=cancels))
    scene.toy.routes = {
        "/in": twiml(dial(number(FIRST, screened=True), number(SECOND, screened=True), timeout="20")),
        "/screen": SCREEN,
        "/accept": accept,
    }
    scene.phone(FIRST, Answers(after=2))
    scene.phone(SECOND, Answers(after=5, talks=10, presses="1"))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.bridged_to == winner
    assert call.legs[1].status == ("canceled" if cancels else "completed")


@pytest.mark.parametrize("status", ["ringing", "in-progress"])
async def test_a_bridge_that_found_nobody_leaves_the_call_ringing_or_not(status: str) -> None:
    scene = ringing(Switches(after_unanswered_bridge=status))  # type: ignore[arg-type]
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert scene.toy.at("/after")[0].form["CallStatus"] == status


@pytest.mark.parametrize("present", [True, False])
async def test_dial_bridged_is_there_or_not(present: bool) -> None:
    scene = ringing(Switches(dial_bridged=present))
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert ("DialBridged" in scene.toy.at("/after")[0].form) is present


@pytest.mark.parametrize("status", ["completed", "in-progress"])
async def test_the_record_action_of_a_caller_who_hung_up_has_either_status(status: str) -> None:
    scene = stage(switches=Switches(record_action_status=status))  # type: ignore[arg-type]
    scene.toy.routes = {"/in": twiml('<Record action="/kept"/>')}
    scene.twilio.call(Caller(number=CALLER, speaks=30, hangs_up=HangUp("record", after=9)), LINE)
    await scene.twilio.run_until_idle()
    form = scene.toy.at("/kept")[0].form
    assert (form["CallStatus"], form["Digits"], form["RecordingDuration"]) == (status, "hangup", "9")


async def test_a_caller_who_hangs_up_mid_talk_ends_it_as_bridged() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST)))}
    scene.phone(FIRST, Answers(after=3, talks=None))
    call = scene.twilio.call(Caller(number=CALLER, talks=25), LINE)
    await scene.twilio.run_until_idle()
    action = scene.toy.at("/after")[0].form
    assert (action["DialCallStatus"], action["DialBridged"], action["DialCallDuration"]) == ("completed", "true", "25")
    assert (call.status, call.legs[0].status) == ("completed", "completed")

"""What comes when nobody of the group takes the call."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.core.calls.builders import (
    AFTER_HOURS,
    ANA,
    BEN,
    CAI,
    CALL,
    ON_CALL,
    arrived,
    dial_ended,
    group,
    plan,
    stranded,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.facts import AgentUnavailable
from titus_core.calls.instructions import ConnectAgent, Dial, Hangup, Instruction, Say, TakeVoicemail
from titus_core.calls.model import AgentStage, Plan
from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.model import Prompts, ToAgent, ToGroup, ToNumber, ToVoicemail
from titus_core.kernel.ids import GroupId

EVERYBODY = world(ANA, BEN, CAI, agent=True)
SECOND = group(BEN, id=AFTER_HOURS, name="After hours", overflow=(ToNumber(ON_CALL),))
STEPS = {"group": ToGroup(AFTER_HOURS), "ai": ToAgent(), "number": ToNumber(ON_CALL), "voicemail": ToVoicemail()}


def kind(instruction: Instruction) -> str:
    match instruction:
        case Dial(targets=targets):
            return "number" if targets[0].user_id is None else f"group of {targets[0].user_id}"
        case ConnectAgent():
            return "ai"
        case TakeVoicemail():
            return "voicemail"
        case _:
            return str(instruction)


def course(of: Plan) -> list[str]:
    """What the caller gets, one thing after another, if nothing works."""
    story = Story(EVERYBODY).tell(arrived(of))
    seen = [kind(story.reply[-1])]
    while seen[-1] != "voicemail":
        failed = AgentUnavailable(call_id=CALL, reason="no document") if seen[-1] == "ai" else None
        story.after(20).tell(failed or dial_ended(len(story.call.waves)))
        seen.append(kind(story.reply[-1]))
    return seen


@pytest.mark.parametrize("order", list(permutations(STEPS)))
def test_the_chain_is_followed_in_any_order_and_nothing_follows_voicemail(order: tuple[str, ...]) -> None:
    serving = group(ANA, overflow=tuple(STEPS[name] for name in order))
    expected = [name.replace("group", "group of 2") for name in order[: order.index("voicemail") + 1]]
    assert course(plan(serving, SECOND)) == ["group of 1", *expected]


def test_a_plan_always_ends_with_voicemail() -> None:
    assert course(plan(group(ANA, overflow=()))) == ["group of 1", "voicemail"]


def test_the_overflow_of_a_group_that_is_overflowed_into_is_not_followed() -> None:
    serving = group(ANA, overflow=(ToGroup(AFTER_HOURS),))
    assert course(plan(serving, SECOND)) == ["group of 1", "group of 2", "voicemail"]


@pytest.mark.parametrize("missing", [{"id": GroupId(7)}, {"active": False}])
def test_a_group_that_is_gone_or_off_is_left_out_of_the_chain(missing: dict[str, object]) -> None:
    other = group(BEN, **{"id": AFTER_HOURS, **missing})
    assert course(plan(group(ANA, overflow=(ToGroup(AFTER_HOURS),)), other)) == ["group of 1", "voicemail"]


def test_someone_in_both_groups_is_tried_once_in_each() -> None:
    serving = group(ANA, overflow=(ToGroup(AFTER_HOURS),))
    both = group(ANA, BEN, id=AFTER_HOURS, name="After hours")
    assert course(plan(serving, both)) == ["group of 1", "group of 1", "group of 2", "voicemail"]


def test_an_empty_group_overflows_at_once() -> None:
    story = Story(EVERYBODY).tell(arrived(group(overflow=(ToAgent(),))))
    assert story.reply == (ConnectAgent(1),)


def test_without_a_group_the_agent_takes_the_call_or_voicemail_does() -> None:
    assert course(plan(None)) == ["ai", "voicemail"]
    assert course(plan(None, agent_enabled=False)) == ["voicemail"]
    assert plan(None).group_id is None


def test_an_agent_that_is_switched_off_or_not_ready_is_passed_by() -> None:
    serving = group(ANA, overflow=(ToAgent(),))
    assert AgentStage() not in plan(serving, agent_enabled=False).stages
    story = Story(world()).tell(arrived(plan(serving)))
    assert isinstance(story.reply[-1], TakeVoicemail)
    assert story.call.stage == 2


def test_an_exhausted_budget_ends_the_ringing_and_says_so() -> None:
    story = Story(EVERYBODY).tell(arrived(group(ANA, BEN, CAI, max_wait_seconds=60, overflow=(ToNumber(ON_CALL),))))
    story.after(51).tell(dial_ended(1))
    assert isinstance(story.reply[-1], TakeVoicemail)
    assert story.passed_by == {BEN: Reason.OUT_OF_TIME, CAI: Reason.OUT_OF_TIME}


def test_the_last_ring_is_shortened_to_what_is_left_of_the_budget() -> None:
    story = Story(EVERYBODY).tell(arrived(group(ANA, BEN, max_wait_seconds=60)))
    story.after(45).tell(dial_ended(1))
    assert story.dial.ring_seconds == 15


def test_the_external_number_is_not_asked_to_press_a_key_and_gets_what_is_left_of_the_budget() -> None:
    story = Story(EVERYBODY).tell(arrived(group(overflow=(ToNumber(ON_CALL, 40),), max_wait_seconds=30)))
    assert story.dial.ring_seconds == 30
    assert story.dial.targets[0].address == ON_CALL
    assert not story.dial.targets[0].screened


def test_the_greeting_is_heard_once_and_the_notice_before_every_recorded_dial() -> None:
    prompts = Prompts(greeting="Welcome.", recording_notice="We record.", unavailable="Nobody is here.")
    story = Story(EVERYBODY).tell(arrived(group(ANA, BEN, record=True, prompts=prompts)))
    assert story.spoken == ["Welcome.", "We record."]
    assert story.dial.record
    assert story.tell(dial_ended(1)).spoken == ["We record."]
    assert story.tell(dial_ended(2)).spoken == ["Nobody is here."]


def test_a_greeting_is_not_repeated_for_a_caller_whom_we_stranded() -> None:
    story = Story(world()).tell(arrived(group(prompts=Prompts(greeting="Welcome.")))).tell(stranded())
    assert "Welcome." not in story.spoken


def test_silent_prompts_are_not_spoken() -> None:
    silent = Prompts(greeting="", recording_notice="", hold="", unavailable="")
    assert Story(EVERYBODY).tell(arrived(group(prompts=silent))).reply == (TakeVoicemail(),)


@pytest.mark.parametrize(("text", "expected"), [("Sorry.", (Say("Sorry."), Hangup())), ("", (Hangup(),))])
def test_even_a_plan_without_a_last_resort_leads_somewhere(text: str, expected: tuple[Instruction, ...]) -> None:
    bare = Plan(stages=(), budget_seconds=60, prompts=Prompts(unavailable=text))
    assert Story(EVERYBODY).tell(arrived(bare)).reply == expected

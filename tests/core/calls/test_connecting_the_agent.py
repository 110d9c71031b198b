"""The hand-over to the AI agent, and what happens when there is none."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import CALL, CALLER, LINE, ON_CALL, caller, dial_ended, group
from tests.core.calls.office import Office
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.connect_agent import CallerWantsAgent
from titus_core.calls.evidence import outcome
from titus_core.calls.instructions import Dial, HandOver, Hold, Instruction, TakeVoicemail
from titus_core.calls.model import CallStatus, Outcome
from titus_core.hunt_groups.model import ToAgent, ToNumber

URL = "https://agent.example/inbound"
LINE_OF_CALLER = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE)


def office(url: str | None = URL) -> Office:
    """A caller who was told to fetch the agent's document."""
    made = Office(group(overflow=(ToAgent(), ToNumber(ON_CALL))), agent=ScriptedAgent(url))
    made.deliver(made.answer_call, "inbound", CALL, LINE_OF_CALLER, agent_ready=True)
    return made


def wants_agent(at: Office, key: str = "agent") -> tuple[Instruction, ...]:
    reply = at.deliver(at.connect_agent, "agent", key, CallerWantsAgent(CALL))
    assert reply is not None
    return reply.instructions


def test_the_caller_is_handed_over_and_that_counts_as_the_agents_call() -> None:
    at = office()
    assert wants_agent(at) == (HandOver(URL),)
    at.deliver(at.note_report, "status", "s", caller())
    assert outcome(at.call(CALL)) is Outcome.AI_FALLBACK


def test_a_repeated_request_gets_the_stored_address() -> None:
    at = office()
    first = wants_agent(at)
    at.agent.url = "https://agent.example/another"
    assert wants_agent(at) == first


def test_without_an_address_the_caller_gets_the_next_step() -> None:
    at = office(None)
    assert isinstance(wants_agent(at)[-1], Dial)
    assert at.call(CALL).agent.failure is not None


def test_whoever_asks_for_the_agent_elsewhere_in_the_plan_is_served_on() -> None:
    at = office(None)
    wants_agent(at)
    at.deliver(at.advance_hunt, "hunt-step", "over", NextStep(dial_ended(1), LINE_OF_CALLER))
    assert wants_agent(at, "later") == (*wants_agent(at, "later")[:-1], TakeVoicemail())
    assert at.agent.invited == [CALL]


def test_whoever_asks_for_the_agent_while_the_next_step_rings_waits() -> None:
    """As far as we know they listen to that; so that nobody is offered whom nobody dials."""
    at = office(None)
    wants_agent(at)
    assert isinstance(wants_agent(at, "later")[-1], Hold)
    assert len(at.call(CALL).waves) == 1


def test_a_caller_who_is_gone_is_not_handed_over() -> None:
    at = office()
    at.deliver(at.note_report, "status", "s", caller())
    assert wants_agent(at) == ()
    assert at.agent.invited == []


@pytest.mark.parametrize("known", [True, False])
def test_a_call_without_a_plan_leaves_a_message(known: bool) -> None:
    at = Office()
    if known:
        at.deliver(at.note_report, "status", "s", caller(CallStatus.IN_PROGRESS))
    assert wants_agent(at) == (TakeVoicemail(),)
    assert at.call(CALL).live

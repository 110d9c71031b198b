"""What the AI agent's provider tells of conversations: joined in any order, and tied to the right call or to none."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.core.calls.builders import CALL, CALLER, NOON, group
from tests.core.calls.office import Office, at_once
from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.conversation_events import ConversationLinked, ConversationTold
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Turn
from titus_core.calls.model import Call
from titus_core.calls.ports import CallTx, Mark
from titus_core.calls.transcripts import AgentVisit, Link, Transcript, joined
from titus_core.kernel.events import Recorded
from titus_core.kernel.ids import CallId, ConversationId

OTHER = CallId("CAother")
DONE, RUNNING, FAILED = ConversationState.DONE, ConversationState.RUNNING, ConversationState.FAILED
WORDS = (Turn(Speaker.AGENT, "Hello", 0), Turn(Speaker.CALLER, "I need help", 3))


def told(state: ConversationState = DONE, **changes: Any) -> Conversation:
    known: dict[str, Any] = {"id": ConversationId("conv_1"), "state": state, "turns": WORDS if state is DONE else ()}
    return Conversation(**{**known, **changes})


class Desk:
    """An office with calls that were handed over."""

    def __init__(self) -> None:
        self.office = Office(group())
        self.absorb = AbsorbConversation(self.office.store, self.office.clock)

    def handed_over(self, call_id: CallId = CALL, seconds: float = 0, **changes: object) -> None:
        at = NOON + timedelta(seconds=seconds)
        visit = AgentVisit(**{"call_id": call_id, "at": at, "caller": CALLER, **changes})  # type: ignore[arg-type]

        async def work(tx: CallTx, _: None) -> None:
            tx.calls.save(Call(id=call_id, seen_at=at, news_at=at))
            tx.agent_visits.add(visit)

        at_once(self.office.store.transact(work, None))

    def tell(self, conversation: Conversation) -> Transcript:
        return at_once(self.absorb(conversation))

    def trail(self) -> list[Recorded]:
        fed = at_once(self.office.store.feed.after(Mark(), 100))
        return [one.event for one in fed if one.event.subject == "conversation:conv_1"]

    def kinds(self) -> list[str]:
        return [event.kind for event in self.trail()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("known", "link"),
    [
        ({"call_id": CALL}, Link.OUR_ID),
        ({"provider_call_id": CALL}, Link.CALL_SID),
        ({"call_id": CallId("CAnone"), "provider_call_id": CALL}, Link.CALL_SID),
        ({}, Link.CONVERSATION_ID),
    ],
)
def test_the_surest_tie_decides(desk: Desk, known: dict[str, Any], link: Link) -> None:
    desk.handed_over(CALL, conversation_id=ConversationId("conv_1"))
    desk.handed_over(OTHER)
    transcript = desk.tell(told(**known))
    assert (transcript.call_id, transcript.link) == (CALL, link)
    assert desk.kinds() == ["conversation.told", "conversation.linked"]


def test_our_own_id_goes_before_everything_else(desk: Desk) -> None:
    desk.handed_over(CALL)
    desk.handed_over(OTHER, conversation_id=ConversationId("conv_1"))
    transcript = desk.tell(told(call_id=CALL, provider_call_id=OTHER, number=CALLER, started_at=NOON))
    assert (transcript.call_id, transcript.link) == (CALL, Link.OUR_ID)


@pytest.mark.parametrize("seconds", [-120, -3, 0, 120])
def test_number_and_time_tie_when_one_call_fits(desk: Desk, seconds: float) -> None:
    desk.handed_over(CALL, seconds)
    desk.handed_over(OTHER, seconds, caller="+61491570999")
    transcript = desk.tell(told(number=CALLER, started_at=NOON))
    assert (transcript.call_id, transcript.link) == (CALL, Link.NUMBER_AND_TIME)


@pytest.mark.parametrize("seconds", [-121, 121, 3600])
def test_another_time_is_another_call(desk: Desk, seconds: float) -> None:
    desk.handed_over(CALL, seconds)
    assert desk.tell(told(number=CALLER, started_at=NOON)).call_id is None


@pytest.mark.parametrize("named", [{"call_id": CallId("CAelse")}, {"provider_call_id": CallId("CAelse")}])
def test_one_that_names_another_call_is_tied_to_no_other(desk: Desk, named: dict[str, Any]) -> None:
    desk.handed_over(CALL, 0)
    assert desk.tell(told(number=CALLER, started_at=NOON, **named)).call_id is None


def test_a_visit_with_a_conversation_of_its_own_is_nobody_elses(desk: Desk) -> None:
    desk.handed_over(CALL, 0, conversation_id=ConversationId("conv_of_that_visit"))
    assert desk.tell(told(number=CALLER, started_at=NOON)).call_id is None


def test_of_two_that_fit_a_person_decides(desk: Desk) -> None:
    desk.handed_over(CALL, 0)
    desk.handed_over(OTHER, 60)
    assert desk.tell(told(number=CALLER, started_at=NOON)).call_id is None
    assert desk.kinds() == ["conversation.told"]


@pytest.mark.parametrize("number", ["", "anonymous", "+266696687", "0491 570 006"])
def test_a_withheld_number_ties_nothing(desk: Desk, number: str) -> None:
    desk.handed_over(CALL, 0, caller=None)
    assert desk.tell(told(number=number, started_at=NOON)).call_id is None


def test_what_came_later_may_tie(desk: Desk) -> None:
    assert desk.tell(told(RUNNING)).call_id is None
    desk.handed_over(CALL)
    transcript = desk.tell(told(call_id=CALL))
    assert (transcript.call_id, transcript.link) == (CALL, Link.OUR_ID)


def test_a_tie_is_never_changed(desk: Desk) -> None:
    desk.handed_over(CALL)
    desk.handed_over(OTHER)
    desk.tell(told(call_id=CALL))
    assert desk.tell(told(call_id=OTHER, summary="more")).call_id == CALL


def test_the_same_again_changes_nothing(desk: Desk) -> None:
    desk.handed_over(CALL)
    desk.tell(told(call_id=CALL))
    before = at_once(desk.office.store.reader.transcript(ConversationId("conv_1")))
    desk.tell(told(call_id=CALL))
    assert at_once(desk.office.store.reader.transcript(ConversationId("conv_1"))) == before
    assert desk.kinds() == ["conversation.told", "conversation.linked"]


def test_the_trail_tells_that_words_came_and_not_the_words(desk: Desk) -> None:
    desk.handed_over(CALL)
    desk.tell(told(call_id=CALL))
    came, tied = (bytes(event.data) for event in desk.trail())
    assert msgspec.json.decode(came, type=ConversationTold) == ConversationTold(
        conversation_id=ConversationId("conv_1"), state=DONE, turns=2
    )
    assert msgspec.json.decode(tied, type=ConversationLinked) == ConversationLinked(
        conversation_id=ConversationId("conv_1"), call_id=CALL, link=Link.OUR_ID
    )


def test_in_any_order_the_same_is_known() -> None:
    tellings = (
        told(RUNNING, number=CALLER, started_at=NOON),
        told(ConversationState.PROCESSING, seconds=70, has_audio=True),
        told(DONE, summary="They talked.", call_id=CALL),
    )
    results = set()
    for first, second, third in permutations(tellings):
        results.add(joined(joined(first, second), third))
    assert results == {
        told(DONE, summary="They talked.", call_id=CALL, number=CALLER, started_at=NOON, seconds=70, has_audio=True)
    }


_STATES = st.sampled_from(list(ConversationState))
_TELLINGS = st.builds(
    lambda state, turns, number, seconds, summary: told(
        state, turns=WORDS[:turns], number=number, seconds=seconds, summary=summary
    ),
    _STATES,
    st.integers(0, 2),
    st.sampled_from(("", CALLER)),
    st.none() | st.integers(0, 9),
    st.none() | st.just("short"),
)


@given(_TELLINGS, _TELLINGS)
def test_joining_has_no_order_and_repeating_no_effect(one: Conversation, other: Conversation) -> None:
    both = joined(one, other)
    assert both == joined(other, one)
    assert joined(both, one) == both
    assert joined(one, one) == one
    assert replace(both, failure=None).state is max(one.state, other.state, key=list(ConversationState).index)

"""What callers and the AI agent said is searched for where it is missing."""

from __future__ import annotations

import asyncio

import pytest

from tests.core.calls.builders import CALL, NOON
from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.conversations import MemoryConversations
from titus_adapters.memory.store import MemoryStore
from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Turn
from titus_core.calls.find_conversation import FindConversation
from titus_core.calls.model import Agent, Call, CallStatus
from titus_core.calls.transcripts import Link, Transcript
from titus_core.jobs.search_conversations import SearchConversations
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import CallId, ConversationId

SAID = (Turn(Speaker.AGENT, "Hello", 0),)


def talked(call_id: CallId, turns: tuple[Turn, ...] = SAID) -> Conversation:
    return Conversation(
        id=ConversationId(f"conv_of_{call_id}"), state=ConversationState.DONE, call_id=call_id, turns=turns
    )


class Desk:
    """Calls of which the agent took some."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore(clock=self.clock)
        self.provider = MemoryConversations()
        self.search = SearchConversations(self.store, self.store.reader, self.clock)
        self._find = FindConversation(self.provider, AbsorbConversation(self.store, self.clock))

    def rang(self, call_id: CallId = CALL, *, agent: bool = True) -> None:
        served = Agent(served_at=NOON if agent else None)
        call = Call(id=call_id, seen_at=NOON, news_at=NOON, status=CallStatus.COMPLETED, agent=served)

        async def work(tx: object, _: None) -> None:
            tx.calls.save(call)  # type: ignore[attr-defined]

        asyncio.run(self.store.transact(work, None))

    def has(self, conversation: Conversation) -> None:
        kept = Transcript(conversation=conversation, heard_at=NOON, call_id=conversation.call_id, link=Link.OUR_ID)

        async def work(tx: object, _: None) -> None:
            tx.transcripts.save(kept)  # type: ignore[attr-defined]

        asyncio.run(self.store.transact(work, None))

    def jobs(self) -> list[tuple[str, str]]:
        return [(job.kind, job.subject) for job in asyncio.run(self.store.jobs.jobs(None, 99, None)).items]

    def find(self, call_id: CallId = CALL) -> None:
        asyncio.run(self._find(call_id))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_is_here_is_told(desk: Desk) -> None:
    desk.rang()
    desk.has(talked(CALL))
    assert asyncio.run(desk.search.of_call(CALL)) == "Agent: Hello"
    assert desk.jobs() == []


def test_what_is_missing_is_searched_for_once(desk: Desk) -> None:
    desk.rang()
    for _ in range(2):
        assert asyncio.run(desk.search.of_call(CALL)) is None
    assert desk.jobs() == [("find_conversation", CALL)]


def test_an_unknown_call_has_none(desk: Desk) -> None:
    with pytest.raises(NotFound):
        asyncio.run(desk.search.of_call(CALL))


def test_of_the_latest_those_without_words_are_searched_for(desk: Desk) -> None:
    first, second, third, human = (CallId(f"CA{name}") for name in ("first", "second", "third", "human"))
    for call_id in (first, second, third):
        desk.rang(call_id)
    desk.rang(human, agent=False)
    desk.has(talked(second))
    desk.has(talked(third, turns=()))
    assert asyncio.run(desk.search.of_latest(1)) == 1
    assert asyncio.run(desk.search.of_latest(9)) == 2
    assert {subject for _, subject in desk.jobs()} == {first, third}


def test_where_nothing_is_missing_nothing_is_searched(desk: Desk) -> None:
    assert asyncio.run(desk.search.of_latest(9)) == 0
    assert desk.jobs() == []


def test_what_the_provider_has_is_kept(desk: Desk) -> None:
    desk.rang()
    desk.provider.known = {one.id: one for one in (talked(CALL), talked(CallId("CAother")))}
    desk.find()
    found = asyncio.run(desk.store.reader.transcript_of(CALL))
    assert found is not None
    assert (found.conversation.turns, found.link) == (SAID, Link.OUR_ID)
    assert desk.provider.asked == [CALL, f"conv_of_{CALL}"]


def test_what_the_provider_has_no_more_changes_nothing(desk: Desk) -> None:
    class Forgetful(MemoryConversations):
        async def conversation(self, conversation_id: ConversationId) -> Conversation | None:
            return None

    desk.rang()
    absorb = AbsorbConversation(desk.store, desk.clock)
    asyncio.run(FindConversation(Forgetful(talked(CALL)), absorb)(CALL))
    assert asyncio.run(desk.store.reader.transcript_of(CALL)) is None

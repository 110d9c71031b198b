"""Conversations that the AI agent's provider has not told of are found in its list."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.core.accounts.trail import TrailStore
from titus_adapters.memory.clock import NOON, ManualClock
from titus_adapters.memory.conversations import MemoryConversations
from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Turn
from titus_core.calls.find_lost_conversations import BEGINS, OVERLAP, FindLostConversations
from titus_core.calls.model import Call
from titus_core.calls.ports import CallTx
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, ConversationId

CALL = CallId("CA1")
FIRST, SECOND = ConversationId("conv_1"), ConversationId("conv_2")


def told(conversation_id: ConversationId, state: ConversationState = ConversationState.DONE) -> Conversation:
    return Conversation(
        id=conversation_id, state=state, agent_id="agent_1", turns=(Turn(Speaker.AGENT, "Hello", 0),), started_at=NOON
    )


class Desk:
    def __init__(self) -> None:
        self.store, self.clock, self.provider = TrailStore(), ManualClock(), MemoryConversations()
        absorb = AbsorbConversation(self.store, self.clock)
        self.find = FindLostConversations(self.store, self.store.reader, self.provider, absorb, self.clock)

    def look(self) -> None:
        asyncio.run(self.find())

    def call_of(self, conversation_id: ConversationId) -> CallId | None:
        known = asyncio.run(self.store.reader.transcript(conversation_id))
        return known.call_id if known is not None else None

    def has(self, conversation_id: ConversationId) -> bool:
        return asyncio.run(self.store.reader.transcript(conversation_id)) is not None


async def _arrive(tx: CallTx, _: None) -> None:
    tx.calls.save(Call(id=CALL, seen_at=NOON, news_at=NOON))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_was_not_told_is_fetched_once(desk: Desk) -> None:
    desk.provider.know(told(FIRST))
    desk.provider.listed = (FIRST, SECOND)
    desk.look()
    desk.look()
    assert desk.has(FIRST)
    assert not desk.has(SECOND)
    assert [asked for asked in desk.provider.asked if isinstance(asked, str)] == [FIRST, SECOND, SECOND]


def test_what_was_not_finished_is_asked_for_again(desk: Desk) -> None:
    desk.provider.know(told(FIRST, ConversationState.PROCESSING))
    desk.provider.listed = (FIRST,)
    desk.look()
    desk.look()
    assert desk.provider.asked.count(FIRST) == 2


def test_each_look_begins_a_while_before_the_last(desk: Desk) -> None:
    desk.look()
    desk.look()
    assert desk.provider.asked == [NOON - BEGINS, NOON - OVERLAP]


def test_while_the_provider_cannot_be_asked_nothing_is_passed_over(desk: Desk) -> None:
    desk.provider.down = True
    with pytest.raises(Unavailable):
        desk.look()
    desk.provider.down = False
    desk.look()
    assert desk.provider.asked == [NOON - BEGINS]


def test_one_that_waited_is_tied_when_its_call_is_found(desk: Desk) -> None:
    desk.provider.know(replace(told(FIRST), provider_call_id=CALL))
    desk.provider.listed = (FIRST,)
    desk.look()
    desk.provider.listed = ()
    assert desk.call_of(FIRST) is None
    asyncio.run(desk.store.transact(_arrive, None))
    desk.look()
    assert desk.call_of(FIRST) == CALL

"""Conversations that the AI agent's provider has not told of are found in its list."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from tests.core.accounts.trail import TrailStore
from titus_adapters.memory.clock import NOON, ManualClock
from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Turn
from titus_core.calls.find_lost_conversations import BEGINS, OVERLAP, FindLostConversations
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import ConversationId

FIRST, SECOND = ConversationId("conv_1"), ConversationId("conv_2")


class Provider:
    """`calls.ports.Conversations`, as far as it is asked here."""

    def __init__(self) -> None:
        self.known: dict[ConversationId, Conversation | None] = {}
        self.asked: list[object] = []
        self.down = False

    async def ended_since(self, at: datetime) -> tuple[ConversationId, ...]:
        if self.down:
            raise Unavailable
        self.asked.append(at)
        return tuple(self.known)

    async def conversation(self, conversation_id: ConversationId) -> Conversation | None:
        self.asked.append(conversation_id)
        return self.known[conversation_id]


def told(conversation_id: ConversationId, state: ConversationState = ConversationState.DONE) -> Conversation:
    return Conversation(
        id=conversation_id, state=state, agent_id="agent_1", turns=(Turn(Speaker.AGENT, "Hello", 0),), started_at=NOON
    )


class Desk:
    def __init__(self) -> None:
        self.store, self.clock, self.provider = TrailStore(), ManualClock(), Provider()
        absorb = AbsorbConversation(self.store, self.clock)
        self.find = FindLostConversations(self.store, self.store.reader, self.provider, absorb, self.clock)  # type: ignore[arg-type]

    def look(self) -> None:
        asyncio.run(self.find())

    def has(self, conversation_id: ConversationId) -> bool:
        return asyncio.run(self.store.reader.transcript(conversation_id)) is not None


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_was_not_told_is_fetched_once(desk: Desk) -> None:
    desk.provider.known = {FIRST: told(FIRST), SECOND: None}
    desk.look()
    desk.look()
    assert desk.has(FIRST)
    assert not desk.has(SECOND)
    assert [asked for asked in desk.provider.asked if isinstance(asked, str)] == [FIRST, SECOND, SECOND]


def test_what_was_not_finished_is_asked_for_again(desk: Desk) -> None:
    desk.provider.known = {FIRST: told(FIRST, ConversationState.PROCESSING)}
    desk.look()
    desk.look()
    assert desk.provider.asked.count(FIRST) == 2


def test_each_look_begins_a_while_before_the_last(desk: Desk) -> None:
    desk.look()
    desk.look()
    assert desk.provider.asked == [NOON - BEGINS - OVERLAP, NOON - OVERLAP]


def test_while_the_provider_cannot_be_asked_nothing_is_passed_over(desk: Desk) -> None:
    desk.provider.down = True
    with pytest.raises(Unavailable):
        desk.look()
    desk.provider.down = False
    desk.look()
    assert desk.provider.asked == [NOON - BEGINS - OVERLAP]

"""Ask the AI agent's provider for a conversation whose words it has not told."""

from __future__ import annotations

from datetime import timedelta

from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.calls.ports import Conversations
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import ConversationId

_LASTING = {ConversationState.DONE, ConversationState.FAILED}

NEVER_AFTER = timedelta(hours=5)
"""Longer than any call (`timers.GIVES_UP_AFTER`): what has still not ended then was prepared, and never took place."""


class PullConversation:
    """Safe to run again. Raises `Unavailable` while the conversation goes on or is worked on, and `NotFound` if its
    provider does not know it."""

    def __init__(self, conversations: Conversations, absorb: AbsorbConversation, clock: Clock) -> None:
        self._conversations = conversations
        self._absorb = absorb
        self._clock = clock

    async def __call__(self, conversation_id: ConversationId) -> None:
        told = await self._conversations.conversation(conversation_id)
        if told is None:
            raise NotFound("The AI agent's provider does not know this conversation")
        await self._absorb(told)
        if told.state not in _LASTING and not self._never_took_place(told):
            raise Unavailable("the conversation is not written down yet")

    def _never_took_place(self, told: Conversation) -> bool:
        began = told.started_at
        return told.state is ConversationState.RUNNING and began is not None and self._clock.now() - began > NEVER_AFTER

"""Reads the AI agent's provider's list of conversations for those that it has not told of."""

from __future__ import annotations

from datetime import timedelta

from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.conversations import ConversationState
from titus_core.calls.ports import CallReader, CallTx, Conversations
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import ConversationId
from titus_core.kernel.unit_of_work import Storage
from titus_core.kernel.watermarks import Lookback

WATERMARK = "lost-conversations"
OVERLAP = timedelta(hours=2)
"""Lists are by the start of a conversation, and one is written down some time after its end."""

BEGINS = timedelta(hours=24)
MOST_UNLINKED = 500
"""The latest: of the others a person has to say where they belong."""
_LASTING = {ConversationState.DONE, ConversationState.FAILED}


class FindLostConversations:
    """Raises `Unavailable` when the provider cannot be asked: then everything is asked again. Conversations that wait
    for a call are tied to it as soon as it is known."""

    def __init__(
        self,
        storage: Storage[CallTx],
        calls: CallReader,
        conversations: Conversations,
        absorb: AbsorbConversation,
        clock: Clock,
    ) -> None:
        self._lookback = Lookback(storage, WATERMARK, BEGINS)
        self._calls = calls
        self._conversations = conversations
        self._absorb = absorb
        self._clock = clock

    async def __call__(self) -> None:
        began = self._clock.now()
        mark = await self._lookback.last(began)
        for conversation_id in await self._conversations.ended_since(self._lookback.since(mark, OVERLAP)):
            await self._find(conversation_id)
        for waiting in await self._calls.unlinked(MOST_UNLINKED):
            await self._absorb(waiting.conversation)
        await self._lookback.reached(mark, began)

    async def _find(self, conversation_id: ConversationId) -> None:
        known = await self._calls.transcript(conversation_id)
        if known is not None and known.conversation.state in _LASTING:
            return
        told = await self._conversations.conversation(conversation_id)
        if told is not None:
            await self._absorb(told)

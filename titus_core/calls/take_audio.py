"""The AI agent's provider sends what was said as sound: keep a copy, then the raw delivery and where the copy lies in
one commit."""

from __future__ import annotations

from collections.abc import AsyncIterator

from titus_core.calls.conversation_audio import AudioCopies, Source
from titus_core.calls.conversations import Conversation
from titus_core.calls.ports import Delivery
from titus_core.calls.take_conversation import ConversationDelivery, TakeConversation


class TakeAudio:
    """In any order with the words, and as often as it is sent. The delivery holds everything but the sound."""

    def __init__(self, copies: AudioCopies, take: TakeConversation) -> None:
        self._copies = copies
        self._take = take

    async def __call__(self, delivery: Delivery, conversation: Conversation, content: AsyncIterator[bytes]) -> bool:
        """Whether it is new. Raises `Unavailable`, and what `content` raises; nothing is kept then."""
        file = None
        if not await self._copies.has(conversation.id):
            file = await self._copies.store(conversation.id, Source.TOLD, content)
        is_new = await self._take(ConversationDelivery(delivery, conversation, file))
        if file is not None:
            await self._copies.settle(conversation.id, file)
        return is_new

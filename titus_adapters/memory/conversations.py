"""An AI agent's provider whose conversations a test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import CallId, ConversationId

_ENDED = {ConversationState.DONE, ConversationState.FAILED}


class MemoryConversations:
    """`calls.ports.Conversations`. `known` and `sounds` are what there is, `asked` is what it was asked for; `down`
    makes every question raise `Unavailable`."""

    def __init__(self, *known: Conversation) -> None:
        self.known: dict[ConversationId, Conversation] = {one.id: one for one in known}
        self.sounds: dict[ConversationId, bytes] = {}
        self.asked: list[object] = []
        self.down = False

    async def conversation(self, conversation_id: ConversationId) -> Conversation | None:
        self._reach(conversation_id)
        return self.known.get(conversation_id)

    async def ended_since(self, at: datetime) -> tuple[ConversationId, ...]:
        self._reach(at)
        ended = [one for one in self.known.values() if one.state in _ENDED and _begun(one) >= at]
        return tuple(one.id for one in sorted(ended, key=_begun, reverse=True))

    async def of_call(self, call_id: CallId) -> tuple[ConversationId, ...]:
        self._reach(call_id)
        return tuple(one.id for one in self.known.values() if one.call_id == call_id)

    async def audio(self, conversation_id: ConversationId) -> AsyncIterator[bytes]:
        self._reach(f"audio of {conversation_id}")
        sound = self.sounds.get(conversation_id)
        if sound is None:
            raise NotFound(provider="voice agent")
        yield sound

    def _reach(self, asked: object) -> None:
        if self.down:
            raise Unavailable(provider="voice agent")
        self.asked.append(asked)


def _begun(conversation: Conversation) -> datetime:
    return conversation.started_at or EPOCH

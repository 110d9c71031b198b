"""An AI agent's provider whose conversations a test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import CallId, ConversationId

ENDED = frozenset({ConversationState.DONE, ConversationState.FAILED})


class MemoryConversations:
    """`calls.ports.Conversations`. `known` is what there is, set with `know`; `listed` what a list names, None: those
    that ended. `sounds` is what was recorded; `breaks_after` pieces of one byte each sound breaks off. `asked` has what
    was asked for, `down` makes every question raise `Unavailable`."""

    def __init__(self, *known: Conversation) -> None:
        self.known: dict[ConversationId, Conversation] = {}
        self.listed: tuple[ConversationId, ...] | None = None
        self.sounds: dict[ConversationId, bytes] = {}
        self.breaks_after: int | None = None
        self.asked: list[object] = []
        self.down = False
        self.know(*known)

    def know(self, *conversations: Conversation) -> None:
        """From now on the provider says this of them."""
        for conversation in conversations:
            self.known[conversation.id] = conversation

    async def conversation(self, conversation_id: ConversationId) -> Conversation | None:
        self._reach()
        self.asked.append(conversation_id)
        return self.known.get(conversation_id)

    async def ended_since(self, at: datetime) -> tuple[ConversationId, ...]:
        self._reach()
        self.asked.append(at)
        if self.listed is not None:
            return self.listed
        began = {one.id: one.started_at for one in self.known.values() if one.state in ENDED}
        recent = [(start, known) for known, start in began.items() if start is not None and start >= at]
        return tuple(known for _, known in sorted(recent, reverse=True))

    async def of_call(self, call_id: CallId) -> tuple[ConversationId, ...]:
        self._reach()
        self.asked.append(call_id)
        return tuple(one.id for one in self.known.values() if one.call_id == call_id)

    async def audio(self, conversation_id: ConversationId) -> AsyncIterator[bytes]:
        self._reach()
        self.asked.append(f"audio of {conversation_id}")
        if conversation_id not in self.sounds:
            raise NotFound(provider="voice agent")
        for number, byte in enumerate(self.sounds[conversation_id]):
            if number == self.breaks_after:
                raise Unavailable("the audio broke off", provider="voice agent")
            yield bytes([byte])

    def _reach(self) -> None:
        if self.down:
            raise Unavailable(provider="voice agent")

"""Somebody misses what the AI agent and a caller said: ask the agent's provider for the call's conversations."""

from __future__ import annotations

from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.ports import Conversations
from titus_core.kernel.ids import CallId


class FindConversation:
    """Safe to run again. Where the provider has none, nothing happens. Raises `Unavailable`."""

    def __init__(self, conversations: Conversations, absorb: AbsorbConversation) -> None:
        self._conversations = conversations
        self._absorb = absorb

    async def __call__(self, call_id: CallId) -> None:
        for conversation_id in await self._conversations.of_call(call_id):
            told = await self._conversations.conversation(conversation_id)
            if told is not None:
                await self._absorb(told)

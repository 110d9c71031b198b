"""The AI agent's provider tells of a conversation by itself: keep the raw delivery and what it says in one commit."""

from __future__ import annotations

import msgspec

from titus_core.calls.absorb_conversation import Told, absorb
from titus_core.calls.conversations import Conversation
from titus_core.calls.ports import CallTx, Delivery
from titus_core.kernel.unit_of_work import Storage


class ConversationDelivery(msgspec.Struct, frozen=True):
    """`conversation` None: the event tells of none, or is of a kind that is not known yet."""

    delivery: Delivery
    conversation: Conversation | None


class TakeConversation:
    """Whether it is new: a repetition changes nothing."""

    def __init__(self, storage: Storage[CallTx]) -> None:
        self._storage = storage

    async def __call__(self, command: ConversationDelivery) -> bool:
        return await self._storage.transact(_work, command)


async def _work(tx: CallTx, command: ConversationDelivery) -> bool:
    delivery, told = command.delivery, command.conversation
    if await tx.inbox.find(delivery.route, delivery.key, delivery.token) is not None:
        return False
    if told is not None:
        await absorb(tx, Told(told, delivery.received_at))
    tx.inbox.keep(delivery, None, "")
    return True

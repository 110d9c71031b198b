"""The AI agent's provider tells of a conversation by itself: keep the raw delivery and what it says in one commit."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from titus_core.calls.absorb_conversation import Told, absorb
from titus_core.calls.conversations import Conversation
from titus_core.calls.ports import CallTx, Delivery
from titus_core.kernel.files import StoredFile
from titus_core.kernel.unit_of_work import Storage


class ConversationDelivery(msgspec.Struct, frozen=True):
    """`conversation` None: the event tells of none, or is of a kind that is not known yet. `audio`: our copy of the
    sound that came with it."""

    delivery: Delivery
    conversation: Conversation | None
    audio: StoredFile | None = None


class TakeConversation:
    """Whether it is new: a repetition changes nothing. `agent_id`: our agent; what is told of others in the same
    workspace is none of our business, and only kept as it came. Blank: any."""

    def __init__(self, storage: Storage[CallTx], agent_id: str = "") -> None:
        self._storage = storage
        self._agent_id = agent_id

    async def __call__(self, command: ConversationDelivery) -> bool:
        told = command.conversation
        if told is not None and self._agent_id and told.agent_id not in {"", self._agent_id}:
            command = replace(command, conversation=None)
        return await self._storage.transact(_work, command)


async def _work(tx: CallTx, command: ConversationDelivery) -> bool:
    delivery, told = command.delivery, command.conversation
    if await tx.inbox.find(delivery.route, delivery.key, delivery.token) is not None:
        return False
    if told is not None:
        await absorb(tx, Told(told, delivery.received_at, command.audio))
    tx.inbox.keep(delivery, None, "")
    return True

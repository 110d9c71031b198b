"""The provider reports what became of a message."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.calls.delivering import Incoming
from titus_core.calls.ports import Kept
from titus_core.kernel.actor import TWILIO, Actor
from titus_core.kernel.events import Envelope
from titus_core.kernel.unit_of_work import Storage
from titus_core.messaging.delivering import keep, kept_before
from titus_core.messaging.events import MessageMoved
from titus_core.messaging.model import Message, MessageId, MessageStatus
from titus_core.messaging.ports import MessageTx
from titus_core.messaging.send_text import STOPPED_CODE


class StatusTold(msgspec.Struct, frozen=True, kw_only=True):
    """`message_id` is ours, as the report's own address has it: it says which message it is even if the answer that
    named it got lost."""

    provider_id: str
    status: MessageStatus
    message_id: MessageId | None = None
    error_code: int | None = None


class NoteStatus:
    """A report of a message that is not ours is kept raw."""

    def __init__(self, storage: Storage[MessageTx]) -> None:
        self._storage = storage

    async def __call__(self, incoming: Incoming[StatusTold]) -> Kept:
        return await self._storage.transact(_note, incoming)


async def _note(tx: MessageTx, incoming: Incoming[StatusTold]) -> Kept:
    if (before := await kept_before(tx, incoming)) is not None:
        return before
    await note(tx, incoming.fact, incoming.at, TWILIO)
    return keep(tx, incoming)


async def note(tx: MessageTx, told: StatusTold, at: datetime, actor: Actor) -> None:
    """Store what became of a message, if it is ours and that is news."""
    message = await _message(tx, told)
    after = _moved(message, told) if message is not None else None
    if after is None or after == message:
        return
    tx.messages.save(replace(after, updated_at=at))
    if told.error_code == STOPPED_CODE and after.party is not None:
        tx.opt_outs.set(after.party, stopped=True, at=at)
    moved = MessageMoved(
        message_id=after.id, status=after.status, provider_id=after.provider_id, error_code=after.error_code
    )
    tx.record(Envelope(f"message:{after.id}", at, actor, moved))


async def _message(tx: MessageTx, told: StatusTold) -> Message | None:
    named = await tx.messages.get(told.message_id) if told.message_id is not None else None
    return named or await tx.messages.of_provider(told.provider_id)


def _moved(message: Message, told: StatusTold) -> Message:
    status = message.status.joined(told.status)
    code = told.error_code if told.error_code is not None else message.error_code
    return replace(message, status=status, error_code=code, provider_id=message.provider_id or told.provider_id)

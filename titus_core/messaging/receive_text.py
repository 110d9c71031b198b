"""Someone texted us."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.delivering import Incoming
from titus_core.calls.identifying import identity_of
from titus_core.calls.ports import Kept
from titus_core.kernel.actor import SYSTEM, TWILIO, Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.events import Envelope, Event
from titus_core.kernel.phone import PhoneNumber, e164
from titus_core.kernel.unit_of_work import Storage
from titus_core.messaging.delivering import keep, kept_before
from titus_core.messaging.events import MessageReceived, TextsStopped, TextsWanted
from titus_core.messaging.keywords import stops
from titus_core.messaging.model import Direction, Message, MessageId, MessageStatus, TextTold
from titus_core.messaging.ports import MessageTx


class _Found(msgspec.Struct, frozen=True):
    told: TextTold
    came_at: datetime
    at: datetime


class ReceiveText:
    """By a webhook; a repetition changes nothing."""

    def __init__(self, storage: Storage[MessageTx]) -> None:
        self._storage = storage

    async def __call__(self, incoming: Incoming[TextTold]) -> Kept:
        return await self._storage.transact(_receive, incoming)


class AbsorbText:
    """By a look at the provider's list. True: no webhook had told of it."""

    def __init__(self, storage: Storage[MessageTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, told: TextTold, came_at: datetime) -> bool:
        return await self._storage.transact(_absorb, _Found(told, came_at, self._clock.now()))


async def _receive(tx: MessageTx, incoming: Incoming[TextTold]) -> Kept:
    if (before := await kept_before(tx, incoming)) is not None:
        return before
    message = await _new(tx, incoming.fact, incoming.at)
    if message is not None:
        _store(tx, message, incoming.fact, incoming.at, TWILIO)
    return keep(tx, incoming)


async def _absorb(tx: MessageTx, found: _Found) -> bool:
    message = await _new(tx, found.told, found.came_at)
    if message is None:
        return False
    _store(tx, msgspec.structs.replace(message, found_late=True), found.told, found.at, SYSTEM)
    return True


async def _new(tx: MessageTx, told: TextTold, at: datetime) -> Message | None:
    """The message with whoever it is from; None if we have it."""
    message_id = MessageId(told.provider_id)
    if await tx.messages.get(message_id) is not None:
        return None
    party = e164(told.from_number)
    sender = identity_of(await tx.known_callers.with_number(party) if party is not None else ())
    return Message(
        id=message_id,
        direction=Direction.INBOUND,
        status=MessageStatus.RECEIVED,
        from_number=told.from_number,
        to_number=told.to_number,
        party=party,
        body=told.body,
        media=told.media,
        provider_id=told.provider_id,
        participant=sender.name,
        contact_id=sender.contact_id,
        created_at=at,
        updated_at=at,
    )


def _store(tx: MessageTx, message: Message, told: TextTold, at: datetime, actor: Actor) -> None:
    tx.messages.save(message)
    received = MessageReceived(message_id=message.id, media=len(message.media))
    tx.record(Envelope(f"message:{message.id}", at, actor, received))
    stopped = stops(told.body, told.opt_out)
    if stopped is not None and message.party is not None:
        _set_opt_out(tx, message.party, stopped=stopped, said_at=message.created_at, at=at)


def _set_opt_out(tx: MessageTx, number: PhoneNumber, *, stopped: bool, said_at: datetime, at: datetime) -> None:
    tx.opt_outs.set(number, stopped=stopped, at=said_at)
    event: Event = TextsStopped() if stopped else TextsWanted()
    tx.record(Envelope(f"number:{number}", at, TWILIO, event))

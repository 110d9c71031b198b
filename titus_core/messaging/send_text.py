"""Give a queued text to the provider, at most once: mark it, commit, send it, note what became of it.

Whoever finds it marked comes after someone who died in between, or whose answer got lost: the provider is asked once
whether it has the message, and if it does not say so the message stays `unknown`, for a person to decide
(`call-routing.md`, R6). The provider knows it by number and words only, and others may have the same: what is theirs,
or may be, is not taken for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

import msgspec
from msgspec.structs import replace

from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.events import Envelope
from titus_core.kernel.unit_of_work import Storage
from titus_core.messaging.events import MessageMoved
from titus_core.messaging.model import Message, MessageId, MessageStatus
from titus_core.messaging.ports import MessageTx, NotTaken, Rejected, Taken, TextSender, Unsure

STOPPED_CODE = 21610
"""Twilio's: the recipient has unsubscribed there."""


class _Marking(msgspec.Struct, frozen=True):
    message_id: MessageId
    at: datetime


class _Marked(msgspec.Struct, frozen=True):
    """`fresh`: it was marked just now, so nobody gave it to the provider before."""

    message: Message
    fresh: bool


class _Noting(msgspec.Struct, frozen=True):
    message_id: MessageId
    status: MessageStatus
    at: datetime
    provider_id: str | None = None
    error_code: int | None = None


class Listed(msgspec.Struct, frozen=True):
    """What the provider has with the message's words for its number, the oldest first."""

    message_id: MessageId
    listed: tuple[Taken, ...]
    at: datetime


class SendText:
    """Raises `Unavailable` while the provider certainly does not have it, or cannot be asked whether it does."""

    def __init__(self, storage: Storage[MessageTx], sender: TextSender, clock: Clock) -> None:
        self._storage = storage
        self._sender = sender
        self._clock = clock

    async def __call__(self, message_id: MessageId) -> None:
        marked = await self._storage.transact(_mark, _Marking(message_id, self._clock.now()))
        if marked is None:
            return
        if marked.fresh:
            await self._send(marked.message)
        else:
            await self._find(marked.message)

    async def _send(self, message: Message) -> None:
        receipt = await self._sender.send(message)
        match receipt:
            case Taken(provider_id, status):
                await self._note(message, status, provider_id)
            case Rejected(code):
                await self._note(message, MessageStatus.FAILED, error_code=code)
            case NotTaken(retry_after):
                await self._note(message, MessageStatus.QUEUED)
                raise Unavailable("the provider did not take the text", retry_after=retry_after)
            case Unsure():
                await self._find(message)
            case never:
                assert_never(never)

    async def _find(self, message: Message) -> None:
        listed = await self._sender.find(message)
        await self._storage.transact(recognise, Listed(message.id, listed, self._clock.now()))

    async def _note(
        self, message: Message, status: MessageStatus, provider_id: str | None = None, error_code: int | None = None
    ) -> None:
        noting = _Noting(message.id, status, self._clock.now(), provider_id, error_code)
        await self._storage.transact(_note, noting)


async def _mark(tx: MessageTx, marking: _Marking) -> _Marked | None:
    message = await tx.messages.get(marking.message_id)
    if message is None or message.status not in {MessageStatus.QUEUED, MessageStatus.SENDING}:
        return None
    if message.status is MessageStatus.SENDING:
        return _Marked(message, fresh=False)
    if message.party is not None and await tx.opt_outs.has(message.party):
        _move(tx, replace(message, status=MessageStatus.REFUSED, refusal="stopped"), marking.at)
        return None
    marked = replace(message, status=MessageStatus.SENDING)
    _move(tx, marked, marking.at)
    return _Marked(replace(marked, updated_at=marking.at, version=message.version + 1), fresh=True)


async def recognise(tx: MessageTx, asked: Listed) -> None:
    """Note which of these it is; `unknown` if it is none of them, or nobody can tell."""
    message = await tx.messages.get(asked.message_id)
    assert message is not None, "messages are never deleted while they are sent"
    found = await _own(tx, message, asked.listed)
    status = found.status if found is not None else MessageStatus.UNKNOWN
    provider_id = found.provider_id if found is not None else None
    await _note(tx, _Noting(message.id, status, asked.at, provider_id))


async def _own(tx: MessageTx, message: Message, listed: Sequence[Taken]) -> Taken | None:
    """Which of these it is; None if it is none of them, or nobody can tell. If there is one for each message that
    could be meant, they are given out in order, and whoever asks next comes to the same."""
    if message.provider_id is not None:
        return next((one for one in listed if one.provider_id == message.provider_id), None)
    # In this order: what another worker names in between is then missing among the free ones, and never free twice.
    alike = [one.id for one in await _unnamed(tx, message) if one.body == message.body]
    free = [one for one in listed if await tx.messages.of_provider(one.provider_id) is None]
    return free[alike.index(message.id)] if len(free) >= len(alike) and message.id in alike else None


async def _unnamed(tx: MessageTx, message: Message) -> tuple[Message, ...]:
    return await tx.messages.unnamed(message.party) if message.party is not None else ()


async def _note(tx: MessageTx, noting: _Noting) -> None:
    message = await tx.messages.get(noting.message_id)
    assert message is not None, "messages are never deleted while they are sent"
    back = noting.status is MessageStatus.QUEUED
    if back and message.status is not MessageStatus.SENDING:
        return  # a report came in between: the provider has it after all
    status = noting.status if back else message.status.joined(noting.status)
    code = noting.error_code if message.error_code is None else message.error_code
    after = replace(message, status=status, provider_id=message.provider_id or noting.provider_id, error_code=code)
    if noting.error_code == STOPPED_CODE and message.party is not None:
        tx.opt_outs.set(message.party, stopped=True, at=noting.at)
    if after != message:
        _move(tx, after, noting.at)


def _move(tx: MessageTx, message: Message, at: datetime) -> None:
    tx.messages.save(replace(message, updated_at=at))
    moved = MessageMoved(
        message_id=message.id, status=message.status, provider_id=message.provider_id, error_code=message.error_code
    )
    tx.record(Envelope(f"message:{message.id}", at, SYSTEM, moved))

"""Reads in the provider's list what became of texts that we sent, where a report of it got lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import msgspec

from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.unit_of_work import Storage
from titus_core.messaging.model import Message, MessageStatus
from titus_core.messaging.note_status import StatusTold, note
from titus_core.messaging.ports import ListedSent, MessageFilter, MessageReader, MessageTx, Taken, TextLedger
from titus_core.messaging.send_text import Listed, recognise

FOLLOWED_FOR = timedelta(hours=24)
"""Carriers try for hours; what is open for longer will hardly be told of any more."""

CLOCKS_DIFFER_BY = timedelta(seconds=60)
_OPEN = (MessageStatus.UNKNOWN, MessageStatus.ACCEPTED, MessageStatus.SENT)
_PAGE = 100


class _Found(msgspec.Struct, frozen=True):
    told: StatusTold
    at: datetime


class FollowTexts:
    """Those of which nobody knows whether they went out are looked for too. Safe to run again. Raises `Unavailable`
    when the provider cannot be asked; it is not asked while no text is open."""

    def __init__(self, storage: Storage[MessageTx], messages: MessageReader, ledger: TextLedger, clock: Clock) -> None:
        self._storage = storage
        self._messages = messages
        self._ledger = ledger
        self._clock = clock

    async def __call__(self) -> None:
        since = self._clock.now() - FOLLOWED_FOR
        followed = [one for status in _OPEN async for one in self._with_status(status, since)]
        if not followed:
            return
        listed = await self._ledger.sent(min(one.created_at for one in followed) - CLOCKS_DIFFER_BY)
        by_name = {one.provider_id: one for one in listed}
        for message in followed:
            if message.provider_id is None:
                await self._storage.transact(recognise, Listed(message.id, _alike(message, listed), self._clock.now()))
            elif (row := by_name.get(message.provider_id)) is not None and row.status is not message.status:
                told = StatusTold(provider_id=row.provider_id, status=row.status, error_code=row.error_code)
                await self._storage.transact(_note, _Found(told, self._clock.now()))

    async def _with_status(self, status: MessageStatus, since: datetime) -> AsyncIterator[Message]:
        after: int | None = None
        while True:
            page = await self._messages.messages(MessageFilter(status=status), _PAGE, after)
            for message in page.items:
                if message.created_at < since:
                    return
                yield message
            if page.next is None:
                return
            after = int(page.next)


def _alike(message: Message, listed: tuple[ListedSent, ...]) -> tuple[Taken, ...]:
    """The rows that this message may be, the oldest first."""
    asked = (message.from_number, message.to_number, message.body)
    since = message.created_at - CLOCKS_DIFFER_BY
    alike = [row for row in listed if (row.from_number, row.to_number, row.body) == asked and row.created_at >= since]
    return tuple(Taken(row.provider_id, row.status) for row in sorted(alike, key=lambda row: row.created_at))


async def _note(tx: MessageTx, found: _Found) -> None:
    await note(tx, found.told, found.at, SYSTEM)

"""Reads the provider's list of messages for texts that came in and that no webhook told of."""

from __future__ import annotations

from datetime import timedelta

from titus_core.kernel.clock import Clock
from titus_core.kernel.unit_of_work import Storage
from titus_core.kernel.watermarks import Lookback
from titus_core.messaging.model import MessageId
from titus_core.messaging.ports import MessageReader, MessageTx, TextLedger
from titus_core.messaging.receive_text import AbsorbText

WATERMARK = "lost-texts"
OVERLAP = timedelta(hours=1)
BEGINS = timedelta(hours=24)


class FindLostTexts:
    """Raises `Unavailable` when the provider cannot be asked: then everything is asked again."""

    def __init__(
        self,
        storage: Storage[MessageTx],
        messages: MessageReader,
        ledger: TextLedger,
        absorb: AbsorbText,
        clock: Clock,
    ) -> None:
        self._lookback = Lookback(storage, WATERMARK, BEGINS)
        self._messages = messages
        self._ledger = ledger
        self._absorb = absorb
        self._clock = clock

    async def __call__(self) -> None:
        began = self._clock.now()
        mark = await self._lookback.last(began)
        for listed in await self._ledger.received(self._lookback.since(mark, OVERLAP)):
            if await self._messages.message(MessageId(listed.told.provider_id)) is None:
                await self._absorb(listed.told, listed.came_at)
        await self._lookback.reached(mark, began)

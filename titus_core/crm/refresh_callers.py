"""Keep what the telephone knows of callers like what the records say, in the background: no call waits for records."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import msgspec

from titus_core.accounts.ports import AccountReader
from titus_core.crm.callers import registers_of
from titus_core.crm.ports import CallerTx, NumberReading
from titus_core.crm.reading_callers import NO_CHANGES, CallerReading
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import UserId
from titus_core.kernel.unit_of_work import Storage
from titus_core.kernel.watermarks import Watermark
from titus_core.records.ports import Catalogues, RecordStore

WATERMARK = "callers"
"""Its time is when the records were read last, its token how far their changes were."""
WHOLE = "callers:whole"
WHOLE_EVERY = timedelta(hours=1)
"""Nothing that a missed change left behind stays longer."""

_LOG = logging.getLogger("titus.callers")


class _Marks(msgspec.Struct, frozen=True):
    read: Watermark | None
    whole: Watermark | None


class _Reached(msgspec.Struct, frozen=True):
    at: datetime
    token: str
    whole: bool


class RefreshCallers:
    """Only what changed since the last time; everything once an hour, and where changes are not told. What is gone from
    the records is forgotten only after all of them were read. Raises `Unavailable` while they cannot be: callers are
    then known as they were, and the watermark tells how old that is; what a cache answered is as old as it says."""

    def __init__(
        self,
        storage: Storage[CallerTx],
        records: RecordStore,
        catalogues: Catalogues,
        accounts: AccountReader,
        numbers: NumberReading,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._records = records
        self._catalogues = catalogues
        self._accounts = accounts
        self._numbers = numbers
        self._clock = clock

    async def __call__(self) -> None:
        catalogue = await self._catalogues.catalogue()
        registers = registers_of(catalogue) if catalogue is not None else ()
        if catalogue is None or not registers:
            return
        now, marks = self._clock.now(), await self._storage.transact(_marks, None)
        token = (marks.read.token or "") if marks.read is not None else ""
        whole = not token or marks.whole is None or now - marks.whole.at >= WHOLE_EVERY
        reading = CallerReading(self._storage, self._records, self._numbers, registers, await self._users())
        if not whole:
            try:
                token = await reading.changed(token)
            except NO_CHANGES as error:
                _LOG.warning("changes of records cannot be followed any more (%s): all are read", error)
                whole = True
        if whole:
            token = await reading.everything()
        at = now if reading.as_of is None else min(now, reading.as_of)
        await self._storage.transact(_reached, _Reached(at, token, whole))

    async def _users(self) -> dict[str, UserId]:
        return {user.email.casefold(): user.id for user in await self._accounts.users() if user.active}


async def _marks(tx: CallerTx, _: None) -> _Marks:
    return _Marks(await tx.watermarks.get(WATERMARK), await tx.watermarks.get(WHOLE))


async def _reached(tx: CallerTx, reached: _Reached) -> None:
    read, whole = await tx.watermarks.get(WATERMARK), await tx.watermarks.get(WHOLE)
    tx.watermarks.move(WATERMARK, Watermark(reached.at, read.version if read is not None else 0, reached.token))
    if reached.whole:
        tx.watermarks.move(WHOLE, Watermark(reached.at, whole.version if whole is not None else 0))

"""Jobs that come round by themselves. Whichever process looks first enqueues one; the others see that it was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec

from titus_core.jobs.causes import Kind
from titus_core.jobs.model import NewJob
from titus_core.jobs.ports import JobTx
from titus_core.kernel.clock import Clock
from titus_core.kernel.unit_of_work import Storage
from titus_core.kernel.watermarks import Watermark

PERIODS: Mapping[Kind, timedelta] = {
    Kind.FIND_LOST_CALLS: timedelta(minutes=5),
    Kind.FIND_LOST_TEXTS: timedelta(minutes=5),
    Kind.FOLLOW_TEXTS: timedelta(minutes=5),
    Kind.FIND_LOST_CONVERSATIONS: timedelta(minutes=5),
    Kind.ERASE_OLD_RECORDINGS: timedelta(hours=1),
    Kind.LOOK_AT_PROVIDERS: timedelta(hours=1),
    Kind.SETTLE_WRITES: timedelta(minutes=5),
    Kind.NOTE_RECORD_CHANGES: timedelta(minutes=1),
    Kind.REFRESH_CALLERS: timedelta(minutes=2),
}
"""How often each comes round. A line here, a kind and a handler make a periodic job."""

SUBJECT = "all"


def period_of(kind: str) -> timedelta | None:
    """None: this kind does not come round by itself."""
    return next((period for name, period in PERIODS.items() if name == kind), None)


class _Asked(msgspec.Struct, frozen=True):
    kind: Kind
    at: datetime


class EnqueuePeriodic:
    """Enqueues what is due. Safe to run often, and on any number of processes at once."""

    def __init__(self, storage: Storage[JobTx], kinds: Collection[str], clock: Clock) -> None:
        self._storage = storage
        self._kinds = tuple(kind for kind in PERIODS if kind in kinds)
        self._clock = clock
        self._next: dict[Kind, datetime] = {}

    async def __call__(self) -> None:
        now = self._clock.now()
        for kind in self._kinds:
            if self._next.get(kind, now) <= now:
                self._next[kind] = await self._storage.transact(_enqueue, _Asked(kind, now))


async def _enqueue(tx: JobTx, asked: _Asked) -> datetime:
    """When the next one is due."""
    name = f"periodic:{asked.kind}"
    mark = await tx.watermarks.get(name)
    if mark is not None and mark.at > asked.at:
        return mark.at
    due = asked.at + PERIODS[asked.kind]
    tx.watermarks.move(name, Watermark(due, mark.version if mark is not None else 0))
    tx.enqueue(NewJob(kind=asked.kind, subject=SUBJECT), asked.at)
    return due

"""Looks at the provider's live calls for those that no webhook told us of."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.delivering import store
from titus_core.calls.events import CallReported
from titus_core.calls.find_lost_calls import is_foreign
from titus_core.calls.hunting import Directory
from titus_core.calls.ports import CallReader, CallTx, LegNews, Telephony
from titus_core.calls.routing import decide
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import CallId
from titus_core.kernel.unit_of_work import Storage


class _Found(msgspec.Struct, frozen=True):
    news: LegNews
    at: datetime


class FindCalls:
    """Makes unknown live calls known, so that they are tended like all others. Raises `Unavailable` when the provider
    cannot be asked."""

    def __init__(self, storage: Storage[CallTx], calls: CallReader, telephony: Telephony, clock: Clock) -> None:
        self._storage = storage
        self._calls = calls
        self._telephony = telephony
        self._clock = clock

    async def __call__(self) -> tuple[CallId, ...]:
        """The calls that were not known."""
        live, at = await self._telephony.live_calls(), self._clock.now()
        known = frozenset(await self._calls.live())
        found = [news for news in live if news.parent is None and CallId(news.id) not in known and not is_foreign(news)]
        return tuple([news_id for news in found for news_id in await self._storage.transact(_note, _Found(news, at))])


async def _note(tx: CallTx, found: _Found) -> tuple[CallId, ...]:
    call_id = CallId(found.news.id)
    if await tx.calls.get(call_id) is not None:
        return ()
    report = CallReported(
        call_id=call_id,
        status=found.news.status,
        duration=found.news.duration,
        direction=found.news.direction,
        from_number=found.news.from_number,
        to_number=found.news.to_number,
    )
    store(tx, None, decide(None, report, found.at, Directory()), found.at, SYSTEM)
    return (call_id,)

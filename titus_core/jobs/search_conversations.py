"""A person asks for what callers and the AI agent said, where it is not here yet."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.model import Outcome
from titus_core.calls.ports import CallFilter, CallReader
from titus_core.calls.transcripts import as_text
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import NewJob
from titus_core.jobs.ports import JobTx
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import CallId
from titus_core.kernel.unit_of_work import Storage


class _Search(msgspec.Struct, frozen=True):
    call_ids: tuple[CallId, ...]
    at: datetime


class SearchConversations:
    """What is missing is searched for by jobs, one a call; asking again while one waits adds none."""

    def __init__(self, storage: Storage[JobTx], calls: CallReader, clock: Clock) -> None:
        self._storage = storage
        self._calls = calls
        self._clock = clock

    async def of_call(self, call_id: CallId) -> str | None:
        """What was said, if it is here; None: it is searched for now. Raises `NotFound` for an unknown call."""
        if await self._calls.call(call_id) is None:
            raise NotFound("There is no such call")
        text = await self._text(call_id)
        if text is None:
            await self._storage.transact(_enqueue, _Search((call_id,), self._clock.now()))
        return text

    async def of_latest(self, limit: int) -> int:
        """Of the latest so many calls that the agent took: for how many a search begins."""
        page = await self._calls.calls(CallFilter(outcome=Outcome.AI_FALLBACK), limit, None)
        silent = tuple([row.sid for row in page.items if await self._text(row.sid) is None])
        if silent:
            await self._storage.transact(_enqueue, _Search(silent, self._clock.now()))
        return len(silent)

    async def _text(self, call_id: CallId) -> str | None:
        known = await self._calls.transcript_of(call_id)
        return as_text(known.conversation) if known is not None else None


async def _enqueue(tx: JobTx, search: _Search) -> None:
    for call_id in search.call_ids:
        tx.enqueue(NewJob(kind=Kind.FIND_CONVERSATION, subject=call_id, call_id=call_id), search.at)

"""What is known to be incomplete: whatever waits for a provider or for a person longer than it should."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from titus_core.callbacks.ports import CallbackReader, Which
from titus_core.calls.find_lost_calls import WATERMARK
from titus_core.calls.ports import CallReader
from titus_core.jobs.model import JobState
from titus_core.jobs.ports import JobBoard
from titus_core.kernel.clock import Clock
from titus_core.kernel.watermarks import Watermark
from titus_core.messaging.model import MessageStatus
from titus_core.messaging.ports import MessageFilter, MessageReader
from titus_core.providers.model import Level
from titus_core.providers.ports import StandingReader

MOST = 100
"""Of each kind."""

LATE_AFTER = timedelta(hours=1)
"""A job that was tried and still waits after so long is told of; by then its provider has been asked ten times."""

UNREAD_AFTER = timedelta(minutes=15)
"""Three times the period of the look at the provider's lists."""

OVERDUE_AFTER = timedelta(hours=24)
_LONGEST_PAUSE = timedelta(hours=2)


class GapKind(StrEnum):
    STUCK_JOB = "stuck_job"
    LATE_JOB = "late_job"
    UNREAD_LISTS = "unread_lists"
    UNREAD_WEBHOOK = "unread_webhook"
    UNLINKED_CONVERSATION = "unlinked_conversation"
    UNKNOWN_TEXT = "unknown_text"
    OVERDUE_CALLBACK = "overdue_callback"
    PROVIDER_DOWN = "provider_down"


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """`since` is when it began, `subject` what it is about, `detail` what is known of it."""

    kind: GapKind
    since: datetime
    subject: str
    call_id: str | None = None
    detail: str = ""


class GapReader(CallReader, CallbackReader, MessageReader, StandingReader, Protocol):
    """All that is looked at."""

    async def watermark(self, name: str) -> Watermark | None: ...


class FindGaps:
    """The oldest of each kind first, a hundred at most. `watched`: the providers that are looked at; what was seen of
    others, while they were configured, is of no use any more."""

    def __init__(
        self,
        reader: GapReader,
        jobs: JobBoard,
        clock: Clock,
        *,
        reads_lists: bool,
        watched: Collection[str] = (),
    ) -> None:
        self._reader = reader
        self._jobs = jobs
        self._clock = clock
        self._reads_lists = reads_lists
        self._watched = frozenset(watched)

    async def __call__(self) -> tuple[Gap, ...]:
        now = self._clock.now()
        found = [
            *await self._stuck(),
            *await self._late(now),
            *await self._providers(),
            *await self._lists(now),
            *await self._webhooks(now),
            *await self._conversations(),
            *await self._texts(),
            *await self._callbacks(now),
        ]
        return tuple(found)

    async def _stuck(self) -> list[Gap]:
        page = await self._jobs.jobs(JobState.STUCK, MOST, None)
        return [
            Gap(
                kind=GapKind.STUCK_JOB,
                since=job.created_at,
                subject=f"{job.kind} {job.subject}",
                call_id=job.call_id,
                detail=job.error or "",
            )
            for job in reversed(page.items)
        ]

    async def _late(self, now: datetime) -> list[Gap]:
        page = await self._jobs.jobs(JobState.WAITING, MOST, None)
        late = [job for job in reversed(page.items) if job.tries and now - job.created_at > LATE_AFTER]
        return [
            Gap(
                kind=GapKind.LATE_JOB,
                since=job.created_at,
                subject=f"{job.kind} {job.subject}",
                call_id=job.call_id,
                detail=job.error or "",
            )
            for job in late
        ]

    async def _providers(self) -> list[Gap]:
        down = [one for one in await self._reader.standings() if one.level is Level.DOWN and one.name in self._watched]
        return [
            Gap(kind=GapKind.PROVIDER_DOWN, since=one.since, subject=one.name, detail=one.detail)
            for one in sorted(down, key=lambda one: one.since)
        ]

    async def _lists(self, now: datetime) -> list[Gap]:
        mark = await self._reader.watermark(WATERMARK) if self._reads_lists else None
        if mark is None or now - mark.at <= UNREAD_AFTER:
            return []
        return [Gap(kind=GapKind.UNREAD_LISTS, since=mark.at, subject=WATERMARK, detail="not read since then")]

    async def _webhooks(self, now: datetime) -> list[Gap]:
        # Whatever its pause: what waits for its next try is incomplete as well.
        waiting = await self._reader.waiting(now + _LONGEST_PAUSE, MOST)
        return [
            Gap(
                kind=GapKind.UNREAD_WEBHOOK,
                since=one.delivery.received_at,
                subject=f"{one.delivery.route} {one.delivery.key}",
                detail=f"tried {one.tries} times",
            )
            for one in waiting
        ]

    async def _conversations(self) -> list[Gap]:
        return [
            Gap(kind=GapKind.UNLINKED_CONVERSATION, since=one.heard_at, subject=one.id)
            for one in reversed(await self._reader.unlinked(MOST))
        ]

    async def _texts(self) -> list[Gap]:
        page = await self._reader.messages(MessageFilter(status=MessageStatus.UNKNOWN), MOST, None)
        return [
            Gap(kind=GapKind.UNKNOWN_TEXT, since=one.created_at, subject=one.id, call_id=one.call_id)
            for one in reversed(page.items)
        ]

    async def _callbacks(self, now: datetime) -> list[Gap]:
        page = await self._reader.callbacks(Which.DUE, MOST, None)
        return [
            Gap(
                kind=GapKind.OVERDUE_CALLBACK,
                since=one.owed_at,
                subject=one.call_id,
                call_id=one.call_id,
                detail=one.state.value,
            )
            for one in page.items
            if now - one.owed_at > OVERDUE_AFTER
        ]

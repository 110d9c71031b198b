"""What is known to be incomplete: whatever waits for a provider or for a person longer than it should."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from titus_core.callbacks.ports import CallbackReader, Which
from titus_core.calls.note_alert import ProviderAlerted
from titus_core.calls.ports import CallReader
from titus_core.calls.transcripts import Transcript
from titus_core.jobs.missing_recordings import missing_recordings
from titus_core.jobs.model import Job, JobState
from titus_core.jobs.ports import JobBoard
from titus_core.jobs.undelivered import failed_texts, unknown_calls, unknown_texts
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import ConversationId
from titus_core.kernel.watermarks import Watermark
from titus_core.messaging.ports import MessageReader
from titus_core.providers.model import Level
from titus_core.providers.ports import StandingReader

MOST = 100
"""Of each kind."""

LATE_AFTER = timedelta(hours=1)
"""A job that was tried and still waits after so long is told of; by then its provider has been asked ten times."""

UNREAD_AFTER = timedelta(minutes=15)
"""Three times the period of the look at the provider's lists."""

ALERTS_TOLD_FOR = timedelta(hours=24)
"""Nobody closes what the provider's debugger said; what matters comes again."""

OVERDUE_AFTER = timedelta(hours=24)
_LONGEST_PAUSE = timedelta(hours=2)


class GapKind(StrEnum):
    STUCK_JOB = "stuck_job"
    LATE_JOB = "late_job"
    UNREAD_LISTS = "unread_lists"
    UNREAD_WEBHOOK = "unread_webhook"
    UNLINKED_CONVERSATION = "unlinked_conversation"
    UNKNOWN_TEXT = "unknown_text"
    UNDELIVERED_TEXT = "undelivered_text"
    UNKNOWN_CALL = "unknown_call"
    MISSING_RECORDING = "missing_recording"
    PROVIDER_ALERT = "provider_alert"
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
    """The oldest of each kind first, a hundred at most. `lists`: the watermarks of the lists that are read here;
    `watched`: the providers that are looked at. What was seen of others, while they were configured, is of no use any
    more."""

    def __init__(
        self,
        reader: GapReader,
        jobs: JobBoard,
        clock: Clock,
        *,
        lists: Collection[str],
        watched: Collection[str] = (),
    ) -> None:
        self._reader = reader
        self._jobs = jobs
        self._clock = clock
        self._read = tuple(lists)
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
            *await self._texts(now),
            *await self._calls(now),
            *await self._recordings(now),
            *await self._alerts(now),
            *await self._callbacks(now),
        ]
        return tuple(found)

    async def _stuck(self) -> list[Gap]:
        return [_of_job(GapKind.STUCK_JOB, job) for job in await self._jobs.oldest(JobState.STUCK, MOST)]

    async def _late(self, now: datetime) -> list[Gap]:
        late = await self._jobs.oldest(JobState.WAITING, MOST, tried_before=now - LATE_AFTER)
        return [_of_job(GapKind.LATE_JOB, job) for job in late]

    async def _providers(self) -> list[Gap]:
        down = [one for one in await self._reader.standings() if one.level is Level.DOWN and one.name in self._watched]
        return [
            Gap(kind=GapKind.PROVIDER_DOWN, since=one.since, subject=one.name, detail=one.detail)
            for one in sorted(down, key=lambda one: one.since)
        ]

    async def _lists(self, now: datetime) -> list[Gap]:
        marks = [(name, await self._reader.watermark(name)) for name in self._read]
        return [
            Gap(kind=GapKind.UNREAD_LISTS, since=mark.at, subject=name, detail="not read since then")
            for name, mark in marks
            if mark is not None and now - mark.at > UNREAD_AFTER
        ]

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
        oldest: deque[Transcript] = deque(maxlen=MOST)
        after: ConversationId | None = None
        while page := await self._reader.unlinked(MOST, after):
            oldest += page
            after = page[-1].id
        return [Gap(kind=GapKind.UNLINKED_CONVERSATION, since=one.heard_at, subject=one.id) for one in reversed(oldest)]

    async def _texts(self, now: datetime) -> list[Gap]:
        unknown = await unknown_texts(self._reader)
        failed = await failed_texts(self._reader, now)
        return [
            Gap(kind=GapKind.UNKNOWN_TEXT, since=one.created_at, subject=one.id, call_id=one.call_id)
            for one in unknown[:MOST]
        ] + [
            Gap(
                kind=GapKind.UNDELIVERED_TEXT,
                since=one.created_at,
                subject=one.id,
                call_id=one.call_id,
                detail=f"{one.status} (error {one.error_code})" if one.error_code is not None else one.status,
            )
            for one in failed[:MOST]
        ]

    async def _calls(self, now: datetime) -> list[Gap]:
        unknown = await unknown_calls(self._reader, now)
        return [
            Gap(kind=GapKind.UNKNOWN_CALL, since=one.requested_at, subject=one.id, detail=one.reason or "")
            for one in unknown[:MOST]
        ]

    async def _recordings(self, now: datetime) -> list[Gap]:
        """Those that no job is about any more: someone has discarded it."""
        return [
            Gap(kind=GapKind.MISSING_RECORDING, since=call.seen_at, subject=recording.id, call_id=call.id)
            for call, recording in await missing_recordings(self._reader, self._jobs, now)
        ][:MOST]

    async def _alerts(self, now: datetime) -> list[Gap]:
        found = await self._reader.alerts(now - ALERTS_TOLD_FOR, MOST)
        told = [(one, msgspec.json.decode(one.data, type=ProviderAlerted)) for one in found]
        return [
            Gap(
                kind=GapKind.PROVIDER_ALERT,
                since=one.at,
                subject=one.subject.removeprefix("alert:"),
                call_id=alert.call_id,
                detail=f"{alert.level} {alert.code}",
            )
            for one, alert in told
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


def _of_job(kind: GapKind, job: Job) -> Gap:
    return Gap(
        kind=kind,
        since=job.created_at,
        subject=f"{job.kind} {job.subject}",
        call_id=job.call_id,
        detail=job.error or "",
    )

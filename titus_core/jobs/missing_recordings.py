"""Recordings that are complete at the provider, and that we neither have nor are about to fetch."""

from __future__ import annotations

from datetime import datetime, timedelta

from titus_core.calls.model import Call, Recording, RecordingState
from titus_core.calls.ports import CallReader
from titus_core.jobs.causes import Kind
from titus_core.jobs.ports import JobBoard

TOLD_FOR = timedelta(days=7)
"""So long they are told of: whoever discarded the job knew of it."""

_PAGE = 100


async def missing_recordings(reader: CallReader, jobs: JobBoard, now: datetime) -> list[tuple[Call, Recording]]:
    """Of settled calls, the oldest first."""
    found: list[tuple[Call, Recording]] = []
    after: int | None = None
    while True:
        page = await reader.settled(now - TOLD_FOR, now, _PAGE, after)
        found += [(call, one) for call in page.items for one in call.recordings if _is_missing(one)]
        if page.next is None:
            break
        after = int(page.next)
    fetched = await _fetched(jobs) if found else set()
    return [(call, one) for call, one in found if one.id not in fetched]


def _is_missing(recording: Recording) -> bool:
    return recording.state is RecordingState.COMPLETED and recording.file is None and not recording.erased


async def _fetched(jobs: JobBoard) -> set[str]:
    """What jobs are about: those are told of by themselves when they are late or stuck."""
    about: set[str] = set()
    after: int | None = None
    while True:
        page = await jobs.jobs(None, _PAGE, after)
        about |= {job.subject for job in page.items if job.kind == Kind.KEEP_RECORDING}
        if page.next is None:
            return about
        after = int(page.next)

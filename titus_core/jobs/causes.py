"""What each event makes necessary: the one table from facts to jobs."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from titus_core.calls.events import RecordingReported
from titus_core.calls.model import RecordingState
from titus_core.jobs.model import Causes, NewJob
from titus_core.kernel.events import Envelope


class Kind(StrEnum):
    """What a worker can do. A kind is a word in stored jobs: it never changes its meaning."""

    KEEP_RECORDING = "keep_recording"


def causes_of(kinds: Collection[Kind]) -> Causes:
    """The table, without the kinds that this deployment has not configured: nobody would do them."""
    wanted = frozenset(kinds)

    def causes(envelope: Envelope) -> tuple[NewJob, ...]:
        return tuple(job for job in _caused(envelope) if job.kind in wanted)

    return causes


def _caused(envelope: Envelope) -> tuple[NewJob, ...]:
    match envelope.event:
        case RecordingReported(state=RecordingState.COMPLETED, call_id=call_id, recording_id=recording_id):
            return (NewJob(kind=Kind.KEEP_RECORDING, subject=recording_id, call_id=call_id),)
        case _:
            return ()

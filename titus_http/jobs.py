"""Which use case does which kind of job."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from titus_core.calls.dialling import DialId
from titus_core.calls.keep_recording import KeepRecording
from titus_core.calls.look_for_call import LookForCall
from titus_core.calls.pull_conversation import PullConversation
from titus_core.calls.summarise_call import SummariseCall
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import Job
from titus_core.jobs.ports import JobWorker
from titus_core.jobs.trying import Handler, TryJob
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import CallId, ConversationId, RecordingId

STOPS_WITHIN = 2.0
"""Seconds that what is under way may take at a stop; then it waits for the next worker."""


class Working(msgspec.Struct, frozen=True):
    """The worker and what it can do: `start` it beside a server, or in a process of its own."""

    worker: JobWorker
    handlers: Mapping[str, Handler]

    async def start(self) -> None:
        await self.worker.start(tuple(self.handlers), TryJob(self.handlers))

    async def stop(self) -> None:
        await self.worker.stop(STOPS_WITHIN)


def handlers(
    keep_recording: KeepRecording | None,
    pull_conversation: PullConversation | None,
    summarise_call: SummariseCall | None,
    look_for_call: LookForCall | None = None,
) -> dict[str, Handler]:
    """By kind; what is not configured (None) is not there."""
    found: dict[str, Handler] = {}
    if keep_recording is not None:
        found[Kind.KEEP_RECORDING] = lambda job: keep_recording(_call(job), RecordingId(job.subject))
    if pull_conversation is not None:
        found[Kind.PULL_CONVERSATION] = lambda job: pull_conversation(ConversationId(job.subject))
    if summarise_call is not None:
        found[Kind.SUMMARISE_CALL] = lambda job: summarise_call(ConversationId(job.subject))
    if look_for_call is not None:
        found[Kind.LOOK_FOR_CALL] = lambda job: look_for_call(DialId(job.subject))
    return found


def _call(job: Job) -> CallId:
    if job.call_id is None:
        raise Invalid("call_id", "this kind of job is about a call")
    return job.call_id

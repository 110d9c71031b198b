"""Which use case does which kind of job."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from titus_core.calls.keep_recording import KeepRecording
from titus_core.calls.pull_conversation import PullConversation
from titus_core.calls.summarise_call import SummariseCall
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import Job
from titus_core.jobs.ports import JobWorker
from titus_core.jobs.trying import Handler, TryJob
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import CallId, ConversationId, RecordingId
from titus_core.messaging.keep_media import KeepMedia
from titus_core.messaging.model import MessageId
from titus_core.messaging.send_text import SendText
from titus_core.messaging.tell_group import TellGroup
from titus_core.messaging.text_missed_caller import TextMissedCaller

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


class TextWork(msgspec.Struct, frozen=True):
    """What is done about texts where Twilio is configured."""

    send_text: SendText
    keep_media: KeepMedia
    text_missed_caller: TextMissedCaller
    tell_group: TellGroup

    def handlers(self) -> dict[str, Handler]:
        return {
            Kind.SEND_TEXT: lambda job: self.send_text(MessageId(job.subject)),
            Kind.KEEP_MEDIA: lambda job: self.keep_media(MessageId(job.subject)),
            Kind.TEXT_MISSED_CALLER: lambda job: self.text_missed_caller(CallId(job.subject)),
            Kind.TELL_GROUP: lambda job: self.tell_group(CallId(job.subject)),
        }


def handlers(
    keep_recording: KeepRecording | None,
    pull_conversation: PullConversation | None,
    summarise_call: SummariseCall | None,
    texts: TextWork | None,
) -> dict[str, Handler]:
    """By kind; what is not configured (None) is not there."""
    found: dict[str, Handler] = texts.handlers() if texts is not None else {}
    if keep_recording is not None:
        found[Kind.KEEP_RECORDING] = lambda job: keep_recording(_call(job), RecordingId(job.subject))
    if pull_conversation is not None:
        found[Kind.PULL_CONVERSATION] = lambda job: pull_conversation(ConversationId(job.subject))
    if summarise_call is not None:
        found[Kind.SUMMARISE_CALL] = lambda job: summarise_call(ConversationId(job.subject))
    return found


def _call(job: Job) -> CallId:
    if job.call_id is None:
        raise Invalid("call_id", "this kind of job is about a call")
    return job.call_id

"""Which use case does which kind of job."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter

import msgspec

from titus_core.calls.dialling import DialId
from titus_core.calls.erase_at_provider import EraseAtProvider
from titus_core.calls.erase_old_recordings import EraseOldRecordings
from titus_core.calls.find_conversation import FindConversation
from titus_core.calls.find_lost_calls import WATERMARK as LOST_CALLS
from titus_core.calls.find_lost_calls import FindLostCalls
from titus_core.calls.find_lost_conversations import WATERMARK as LOST_CONVERSATIONS
from titus_core.calls.find_lost_conversations import FindLostConversations
from titus_core.calls.keep_conversation_audio import KeepConversationAudio
from titus_core.calls.keep_recording import KeepRecording
from titus_core.calls.look_for_call import LookForCall
from titus_core.calls.pull_conversation import PullConversation
from titus_core.calls.summarise_call import SummariseCall
from titus_core.crm.refresh_callers import WATERMARK as CALLERS
from titus_core.crm.refresh_callers import RefreshCallers
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import Done, GivenUp, Job, Later, Verdict
from titus_core.jobs.periodic import EnqueuePeriodic
from titus_core.jobs.ports import JobWorker
from titus_core.jobs.trying import Handler, TryJob
from titus_core.kernel.correlation import about
from titus_core.kernel.errors import Invalid, Unavailable
from titus_core.kernel.ids import CallId, ConversationId, RecordingId
from titus_core.messaging.find_lost_texts import WATERMARK as LOST_TEXTS
from titus_core.messaging.find_lost_texts import FindLostTexts
from titus_core.messaging.follow_texts import FollowTexts
from titus_core.messaging.keep_media import KeepMedia
from titus_core.messaging.model import MessageId
from titus_core.messaging.send_text import SendText
from titus_core.messaging.tell_group import TellGroup
from titus_core.messaging.text_missed_caller import TextMissedCaller
from titus_core.providers.look_at_providers import LookAtProviders
from titus_core.records.note_changes import NoteChanges
from titus_core.records.settle_writes import SettleWrites
from titus_http.callers_first import CallersFirst
from titus_http.telemetry import SILENT, Telemetry

LOOKS_EVERY = 5.0
"""Seconds between two looks at what comes round by itself."""

_WORDS: Mapping[type, str] = {Done: "done", Later: "later", GivenUp: "given_up"}
_LOG = logging.getLogger("titus.jobs")

STOPS_WITHIN = 2.0
"""Seconds that what is under way may take at a stop; then it waits for the next worker."""


class Working:
    """The worker and what it can do: `start` it beside a server, or in a process of its own. `periodic` enqueues what
    comes round by itself."""

    def __init__(
        self,
        worker: JobWorker,
        handlers: Mapping[str, Handler],
        periodic: EnqueuePeriodic,
        callers: CallersFirst,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self.handlers = handlers
        self.periodic = periodic
        self._worker = worker
        self._callers = callers
        self._telemetry = telemetry
        self._try = TryJob(handlers)
        self._coming_round: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._worker.start(tuple(self.handlers), self.attempt)
        self._coming_round = asyncio.create_task(self._come_round(), name="periodic jobs")

    async def stop(self) -> None:
        if self._coming_round is not None:
            self._coming_round.cancel()
            await asyncio.gather(self._coming_round, return_exceptions=True)
        await self._worker.stop(STOPS_WITHIN)

    async def attempt(self, job: Job) -> Verdict:
        """Try it once, with what logs, figures and traces are to know of it."""
        await self._callers.turn()
        began, came_to = perf_counter(), "cut_short"
        with (
            self._telemetry.span(f"job {job.kind}", titus__job__id=job.id, titus__job__tries=job.tries) as span,
            about(call_id=job.call_id, job_kind=job.kind, job_id=job.id, trace_id=span.trace_id),
        ):
            try:
                verdict = await self._try(job)
                came_to = _WORDS[type(verdict)]
                return verdict
            finally:
                self._telemetry.tried(job.kind, came_to, perf_counter() - began)
                span.note(titus__job__verdict=came_to, titus__call_sid=job.call_id)

    async def _come_round(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOKS_EVERY)

    async def look(self) -> None:
        """One look at what comes round. It raises nothing: the next look is in a few seconds."""
        try:
            await self.periodic()
        except Unavailable as error:
            _LOG.error("periodic jobs cannot be enqueued: %s", error)
        except Exception:  # noqa: BLE001 (nothing may end what comes round; it is logged)
            _LOG.exception("enqueueing periodic jobs failed; it goes on")


class Finding(msgspec.Struct, frozen=True):
    """Looks at what providers list, and at how they stand with us; None where they are not configured."""

    calls: FindLostCalls | None = None
    texts: FindLostTexts | None = None
    conversations: FindLostConversations | None = None
    providers: LookAtProviders | None = None
    sent_texts: FollowTexts | None = None
    callers: RefreshCallers | None = None

    @property
    def lists(self) -> tuple[str, ...]:
        """The watermarks that these looks move."""
        marks = (
            (self.calls, LOST_CALLS),
            (self.texts, LOST_TEXTS),
            (self.conversations, LOST_CONVERSATIONS),
            (self.callers, CALLERS),
        )
        return tuple(mark for look, mark in marks if look is not None)

    def handlers(self) -> dict[str, Handler]:
        named: dict[str, Callable[[], Awaitable[object]] | None] = {
            Kind.FIND_LOST_CALLS: self.calls,
            Kind.FIND_LOST_TEXTS: self.texts,
            Kind.FOLLOW_TEXTS: self.sent_texts,
            Kind.FIND_LOST_CONVERSATIONS: self.conversations,
            Kind.LOOK_AT_PROVIDERS: self.providers,
            Kind.REFRESH_CALLERS: self.callers,
        }
        return {kind: _alone(look) for kind, look in named.items() if look is not None}


class Erasing(msgspec.Struct, frozen=True):
    """What deletes recordings; None where it is not asked for."""

    at_provider: EraseAtProvider | None = None
    old: EraseOldRecordings | None = None

    def handlers(self) -> dict[str, Handler]:
        found: dict[str, Handler] = {}
        at_provider = self.at_provider
        if at_provider is not None:
            found[Kind.ERASE_AT_PROVIDER] = lambda job: at_provider(_call(job), RecordingId(job.subject))
        if self.old is not None:
            found[Kind.ERASE_OLD_RECORDINGS] = _alone(self.old)
        return found


class Recording(msgspec.Struct, frozen=True):
    """What is done about records that lie elsewhere; None where they do not."""

    settle: SettleWrites | None = None
    note_changes: NoteChanges | None = None

    def handlers(self) -> dict[str, Handler]:
        named: dict[str, Callable[[], Awaitable[object]] | None] = {
            Kind.SETTLE_WRITES: self.settle,
            Kind.NOTE_RECORD_CHANGES: self.note_changes,
        }
        return {kind: _alone(work) for kind, work in named.items() if work is not None}


def _alone(look: Callable[[], Awaitable[object]]) -> Handler:
    async def handler(job: Job) -> None:
        await look()

    return handler


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
    finding: Finding,
    look_for_call: LookForCall | None = None,
    keep_conversation_audio: KeepConversationAudio | None = None,
    find_conversation: FindConversation | None = None,
) -> dict[str, Handler]:
    """By kind; what is not configured (None) is not there."""
    found = finding.handlers() | (texts.handlers() if texts is not None else {})
    if keep_recording is not None:
        found[Kind.KEEP_RECORDING] = lambda job: keep_recording(_call(job), RecordingId(job.subject))
    if pull_conversation is not None:
        found[Kind.PULL_CONVERSATION] = lambda job: pull_conversation(ConversationId(job.subject))
    if summarise_call is not None:
        found[Kind.SUMMARISE_CALL] = lambda job: summarise_call(ConversationId(job.subject))
    if keep_conversation_audio is not None:
        found[Kind.KEEP_CONVERSATION_AUDIO] = lambda job: keep_conversation_audio(ConversationId(job.subject))
    if find_conversation is not None:
        found[Kind.FIND_CONVERSATION] = lambda job: find_conversation(_call(job))
    if look_for_call is not None:
        found[Kind.LOOK_FOR_CALL] = lambda job: look_for_call(DialId(job.subject))
    return found


def _call(job: Job) -> CallId:
    if job.call_id is None:
        raise Invalid("call_id", "this kind of job is about a call")
    return job.call_id

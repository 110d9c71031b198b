"""What Titus keeps when all is over, beside the providers that know what really happened: what the checks compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.twilio.records import Call as Caller
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_core.callbacks.model import Callback
from titus_core.calls.model import Call, Screening
from titus_core.calls.ports import CallFilter
from titus_core.calls.transcripts import Transcript
from titus_core.jobs.model import Job
from titus_core.kernel.files import Files
from titus_core.kernel.ids import CallId, ConversationId
from titus_core.kernel.paging import MAX_LIMIT, Page
from titus_core.messaging.model import Message, MessageStatus, Purpose
from titus_core.messaging.ports import MessageFilter

T = TypeVar("T")


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """`digests` are of the bytes that lie under each key. `transcripts` are of the conversations that the agent's
    provider knows, `unlinked` those of no call. `stuck` and `gaps` are what a person saw before they had everything
    stuck tried again, as jobs and gaps or as HTTP shows them; `jobs` what is left after that."""

    twilio: TwilioSandbox
    elevenlabs: ElevenLabsSandbox
    calls: dict[CallId, Call]
    callbacks: dict[CallId, Callback]
    messages: tuple[Message, ...]
    transcripts: dict[ConversationId, Transcript]
    unlinked: tuple[Transcript, ...]
    digests: dict[str, str]
    jobs: tuple[Job, ...]
    stuck: tuple[Any, ...]
    gaps: tuple[Any, ...]

    @property
    def callers(self) -> dict[CallId, Caller]:
        """Twilio's calls, without their legs."""
        return {CallId(call.sid): call for call in self.twilio.calls if call.parent is None}

    def was_taken(self, call_id: CallId) -> bool:
        """Whether somebody pressed the key, and was told that they have the caller."""
        call = self.calls.get(call_id)
        attempts = [attempt for wave in call.waves for attempt in wave.attempts] if call is not None else []
        return any(attempt.answer is Screening.ACCEPTED for attempt in attempts)

    def was_lost(self, caller: Caller) -> bool:
        return was_lost(self.twilio, caller)

    @property
    def counts(self) -> Counter[str]:
        """How much of everything there is."""
        purposes = Counter(message.purpose for message in self.messages)
        return Counter(
            {
                "calls": len(self.callers),
                "recordings": sum(len(call.recordings) for call in self.calls.values()),
                "conversations": len(self.transcripts),
                "summaries": sum(one.summary is not None for one in self.transcripts.values()),
                "declined by the model at first": len(self.stuck),
                "taken as the caller hung up": sum(
                    self.was_taken(one) and not caller.bridges for one, caller in self.callers.items()
                ),
                "callbacks": len(self.callbacks),
                "texts to callers": purposes[Purpose.MISSED_CALL],
                "notices": purposes[Purpose.NOTICE],
                "texts unknown": sum(message.status is MessageStatus.UNKNOWN for message in self.messages),
            }
        )


def was_lost(twilio: TwilioSandbox, caller: Caller) -> bool:
    """Whether a report of this call never came through."""
    legs = {caller.sid, *(leg.sid for leg in caller.legs)}
    dropped = any("dropped" in entry.text for entry in caller.timeline)
    return dropped or any(finding.call_sid in legs for finding in twilio.findings)


async def books(
    store: Any,
    files: Files,
    twilio: TwilioSandbox,
    elevenlabs: ElevenLabsSandbox,
    seen: tuple[tuple[Any, ...], tuple[Any, ...]],
) -> Books:
    """All of it. `seen` is what was stuck and what was told to be incomplete."""
    reader = store.reader
    rows = [row async for row in _all(lambda after: reader.calls(CallFilter(), MAX_LIMIT, after))]
    calls = {CallId(row.sid): await reader.call(CallId(row.sid)) for row in rows}
    told = [ConversationId(conversation.id) for conversation in elevenlabs.conversations]
    transcripts = {one: found for one in told if (found := await reader.transcript(one)) is not None}
    messages = [one async for one in _all(lambda after: reader.messages(MessageFilter(), MAX_LIMIT, after))]
    return Books(
        twilio=twilio,
        elevenlabs=elevenlabs,
        calls=calls,
        callbacks={one: owed for one in calls if (owed := await reader.callback(one)) is not None},
        messages=tuple(messages),
        transcripts=transcripts,
        unlinked=await reader.unlinked(MAX_LIMIT),
        digests={key: digest async for key, digest in _digests(files, _keys(calls.values(), transcripts.values()))},
        jobs=(await store.jobs.jobs(None, MAX_LIMIT, None)).items,
        stuck=seen[0],
        gaps=seen[1],
    )


def _keys(calls: Iterable[Call], transcripts: Iterable[Transcript]) -> set[str]:
    files = [recording.file for call in calls for recording in call.recordings]
    files += [transcript.audio for transcript in transcripts]
    return {file.key for file in files if file is not None}


async def _digests(files: Files, keys: Iterable[str]) -> AsyncIterator[tuple[str, str]]:
    for key in keys:
        if await files.about(key) is not None:
            digest = sha256()
            async for piece in files.read(key):
                digest.update(piece)
            yield key, digest.hexdigest()


async def _all(page: Callable[[int | None], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    after: int | None = None
    while True:
        found = await page(after)
        for item in found.items:
            yield item
        if found.next is None:
            return
        after = int(found.next)

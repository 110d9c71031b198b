"""What was recorded is kept for so many days; longer only while its caller is still to be called back."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from titus_core.callbacks.model import CallbackState
from titus_core.calls.conversation_events import ConversationAudioErased
from titus_core.calls.delivering import store
from titus_core.calls.events import RecordingErased
from titus_core.calls.hunting import Directory
from titus_core.calls.ports import CallReader, CallTx
from titus_core.calls.routing import decide
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.events import Envelope
from titus_core.kernel.files import Files, StoredFile
from titus_core.kernel.ids import CallId, ConversationId, RecordingId
from titus_core.kernel.unit_of_work import Storage

MOST = 500
"""Calls, and conversations, in one run; what is left is for the next."""


class _Erased(msgspec.Struct, frozen=True):
    call_id: CallId
    recording_id: RecordingId
    at: datetime


class _Silenced(msgspec.Struct, frozen=True):
    conversation_id: ConversationId
    at: datetime


class EraseOldRecordings:
    """Safe to run again, and to end anywhere: a file is deleted first and its event stored then, so that what is told
    to be erased is gone; one that was deleted without its event is found again. One that cannot be deleted does not
    keep the others: at the end `Unavailable` tells of it."""

    def __init__(self, storage: Storage[CallTx], calls: CallReader, files: Files, clock: Clock, days: int) -> None:
        self._storage = storage
        self._calls = calls
        self._files = files
        self._clock = clock
        self._age = timedelta(days=days)

    async def __call__(self) -> None:
        before = self._clock.now() - self._age
        left = [
            *[await _tried(self._call(found)) for found in await self._calls.with_copies(before, MOST)],
            *[await _tried(self._conversation(found)) for found in await self._calls.with_audio(before, MOST)],
        ]
        reasons = [reason for reason in left if reason is not None]
        if reasons:
            raise Unavailable(f"{len(reasons)} of {len(left)} could not be erased: {reasons[0]}")

    async def _call(self, call_id: CallId) -> None:
        for recording_id, file in await self._storage.transact(_copies, call_id):
            await self._files.delete(file.key)
            await self._storage.transact(_note, _Erased(call_id, recording_id, self._clock.now()))

    async def _conversation(self, conversation_id: ConversationId) -> None:
        audio = await self._storage.transact(_audio, conversation_id)
        if audio is not None:
            await self._files.delete(audio.key)
            await self._storage.transact(_silence, _Silenced(conversation_id, self._clock.now()))


async def _tried(erasing: Awaitable[None]) -> str | None:
    """Why it did not work."""
    try:
        await erasing
    except Unavailable as error:
        return str(error)
    return None


async def _copies(tx: CallTx, call_id: CallId) -> tuple[tuple[RecordingId, StoredFile], ...]:
    """What is to go, asked for at the moment when it goes."""
    call = await tx.calls.get(call_id)
    return call.copies if call is not None and not await _is_owed(tx, call_id) else ()


async def _is_owed(tx: CallTx, call_id: CallId) -> bool:
    callback = await tx.callbacks.get(call_id)
    return callback is not None and callback.state is not CallbackState.CLOSED


async def _note(tx: CallTx, erased: _Erased) -> None:
    call = await tx.calls.get(erased.call_id)
    event = RecordingErased(call_id=erased.call_id, recording_id=erased.recording_id)
    store(tx, call, decide(call, event, erased.at, Directory()), erased.at, SYSTEM)


async def _audio(tx: CallTx, conversation_id: ConversationId) -> StoredFile | None:
    transcript = await tx.transcripts.get(conversation_id)
    if transcript is None or transcript.call_id is None or await _is_owed(tx, transcript.call_id):
        return None
    return transcript.audio


async def _silence(tx: CallTx, silenced: _Silenced) -> None:
    transcript = await tx.transcripts.get(silenced.conversation_id)
    if transcript is None or transcript.audio is None:
        return
    tx.transcripts.save(replace(transcript, audio=None, audio_erased=True))
    event = ConversationAudioErased(conversation_id=transcript.id)
    tx.record(Envelope(f"conversation:{transcript.id}", silenced.at, SYSTEM, event))

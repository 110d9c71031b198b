"""A recording is complete: make a copy of our own, and note that we have it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.delivering import store
from titus_core.calls.events import RecordingKept
from titus_core.calls.hunting import Directory
from titus_core.calls.model import RecordingState
from titus_core.calls.ports import CallReader, CallTx, RecordingSource
from titus_core.calls.recordings import recording_of
from titus_core.calls.routing import decide
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.files import Files, StoredFile
from titus_core.kernel.ids import CallId, RecordingId
from titus_core.kernel.unit_of_work import Storage

CONTENT_TYPE = "audio/mpeg"


class _Stored(msgspec.Struct, frozen=True):
    call_id: CallId
    recording_id: RecordingId
    file: StoredFile
    at: datetime


class KeepRecording:
    """Safe to run again. Raises `Unavailable` while the recording cannot be had, also where the provider says that it
    has none: right after the call that is often not true yet (`twilio.md` §4, 18)."""

    def __init__(
        self, storage: Storage[CallTx], calls: CallReader, source: RecordingSource, files: Files, clock: Clock
    ) -> None:
        self._storage = storage
        self._calls = calls
        self._source = source
        self._files = files
        self._clock = clock

    async def __call__(self, call_id: CallId, recording_id: RecordingId) -> None:
        recording = recording_of(await self._calls.call(call_id), recording_id)
        if recording is None or recording.state is not RecordingState.COMPLETED:
            raise Unavailable("the recording is not complete yet")
        if recording.file is not None or recording.erased:
            return
        file = await self._copied(recording_id)
        await self._storage.transact(_note, _Stored(call_id, recording_id, file, self._clock.now()))

    async def _copied(self, recording_id: RecordingId) -> StoredFile:
        key = f"recordings/{recording_id}.mp3"
        try:
            file = await self._files.put(key, self._source.audio(recording_id), CONTENT_TYPE)
        except NotFound as error:
            raise Unavailable("the provider does not have the recording (yet)") from error
        if not file.size:
            raise Unavailable("the provider sent an empty recording")
        if await self._files.about(key) != file:
            raise Unavailable("the copy of the recording is not what was received")
        return file


async def _note(tx: CallTx, stored: _Stored) -> None:
    call = await tx.calls.get(stored.call_id)
    recording = recording_of(call, stored.recording_id)
    if recording is None or recording.file is not None or recording.erased:
        return
    kept = RecordingKept(call_id=stored.call_id, recording_id=stored.recording_id, file=stored.file)
    store(tx, call, decide(call, kept, stored.at, Directory()), stored.at, SYSTEM)

"""We have a copy of a recording: the provider need not keep its own."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from titus_core.calls.delivering import store
from titus_core.calls.events import RecordingErasedAtProvider
from titus_core.calls.hunting import Directory
from titus_core.calls.ports import CallReader, CallTx, RecordingSource
from titus_core.calls.recordings import recording_of
from titus_core.calls.routing import decide
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound
from titus_core.kernel.files import Files, StoredFile
from titus_core.kernel.ids import CallId, RecordingId
from titus_core.kernel.unit_of_work import Storage


class _Erased(msgspec.Struct, frozen=True):
    call_id: CallId
    recording_id: RecordingId
    at: datetime


class EraseAtProvider:
    """Safe to run again. Every byte of our copy is read back first: raises `NotFound`, and leaves the provider's, if it
    is not what was stored (trying again is of no use: a person is to look), and `Unavailable` while either cannot be
    asked. Without a copy of ours nothing is deleted."""

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
        if recording is None or recording.file is None or recording.erased_at_provider:
            return
        await self._verify(recording.file)
        await self._source.delete(recording_id)
        await self._storage.transact(_note, _Erased(call_id, recording_id, self._clock.now()))

    async def _verify(self, file: StoredFile) -> None:
        size, digest = 0, hashlib.sha256()
        async for piece in self._files.read(file.key):
            size += len(piece)
            digest.update(piece)
        if (size, digest.hexdigest()) != (file.size, file.sha256):
            raise NotFound("Our copy of the recording is not what was stored; the provider's is left")


async def _note(tx: CallTx, erased: _Erased) -> None:
    call = await tx.calls.get(erased.call_id)
    event = RecordingErasedAtProvider(call_id=erased.call_id, recording_id=erased.recording_id)
    store(tx, call, decide(call, event, erased.at, Directory()), erased.at, SYSTEM)

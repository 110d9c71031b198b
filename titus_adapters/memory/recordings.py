"""A telephony provider's recordings whose sound a test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator

from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import RecordingId


class MemoryRecordings:
    """`calls.ports.RecordingSource`. `sounds` is what there is; `down` makes every question raise `Unavailable`, and
    `breaks_after` pieces of one byte every recording break off."""

    def __init__(self) -> None:
        self.sounds: dict[RecordingId, bytes] = {}
        self.down = False
        self.breaks_after: int | None = None

    async def audio(self, recording_id: RecordingId) -> AsyncIterator[bytes]:
        self._reach()
        sound = self.sounds.get(recording_id)
        if sound is None:
            raise NotFound(provider="telephony")
        for number in range(len(sound)):
            if number == self.breaks_after:
                raise Unavailable("the recording broke off", provider="telephony")
            yield sound[number : number + 1]

    async def delete(self, recording_id: RecordingId) -> None:
        self._reach()
        self.sounds.pop(recording_id, None)

    def _reach(self) -> None:
        if self.down:
            raise Unavailable(provider="telephony")

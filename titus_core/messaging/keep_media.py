"""A picture or document came with a text: make a copy of our own."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.events import Envelope
from titus_core.kernel.files import Files, StoredFile
from titus_core.kernel.unit_of_work import Storage
from titus_core.messaging.events import MediaKept
from titus_core.messaging.model import Media, Message, MessageId
from titus_core.messaging.ports import MediaSource, MessageReader, MessageTx

UNTOLD = "application/octet-stream"


class _Stored(msgspec.Struct, frozen=True):
    message_id: MessageId
    place: int
    file: StoredFile
    at: datetime


class KeepMedia:
    """Safe to run again. Raises `Unavailable` while something cannot be had, also where the provider says that it has
    none (right after a message that is often not true yet), once all that can be had is kept; `NotFound` without a
    message."""

    def __init__(
        self, storage: Storage[MessageTx], messages: MessageReader, source: MediaSource, files: Files, clock: Clock
    ) -> None:
        self._storage = storage
        self._messages = messages
        self._source = source
        self._files = files
        self._clock = clock

    async def __call__(self, message_id: MessageId) -> None:
        message = await self._messages.message(message_id)
        if message is None:
            raise NotFound("There is no such message")
        missing: list[Unavailable] = []
        for place, media in enumerate(message.media):
            if media.file is None:
                missing += await self._kept(message, place, media)
        if missing:
            raise missing[0]

    async def _kept(self, message: Message, place: int, media: Media) -> list[Unavailable]:
        """What kept it from being kept: one that is gone must not keep the others waiting."""
        try:
            file = await self._copied(message, place, media)
        except NotFound:
            return [Unavailable("the provider does not have the picture (yet)")]
        except Unavailable as error:
            return [error]
        await self._storage.transact(_note, _Stored(message.id, place, file, self._clock.now()))
        return []

    async def _copied(self, message: Message, place: int, media: Media) -> StoredFile:
        key = f"messages/{message.id}/{place}"
        content = self._source.media(message.provider_id or "", media.media_id)
        file = await self._files.put(key, content, media.content_type or UNTOLD)
        if await self._files.about(key) != file:
            raise Unavailable("the copy is not what was received")
        return file


async def _note(tx: MessageTx, stored: _Stored) -> None:
    message = await tx.messages.get(stored.message_id)
    if message is None or message.media[stored.place].file is not None:
        return
    media = list(message.media)
    media[stored.place] = replace(media[stored.place], file=stored.file)
    tx.messages.save(replace(message, media=tuple(media), updated_at=stored.at))
    kept = MediaKept(message_id=message.id, place=stored.place, file=stored.file)
    tx.record(Envelope(f"message:{message.id}", stored.at, SYSTEM, kept))

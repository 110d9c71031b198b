"""Our copies of what was said to the AI agent: where they lie, and which of two stays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from enum import StrEnum
from hashlib import sha256

from titus_core.calls.ports import CallReader
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.files import Files, StoredFile
from titus_core.kernel.ids import ConversationId

CONTENT_TYPE = "audio/mpeg"
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)


class Source(StrEnum):
    """Who brought a copy. Each way has a key of its own, so that two at once never write over one another."""

    TOLD = "told"
    PULLED = "pulled"


def audio_key(conversation_id: ConversationId, source: Source) -> str:
    """`conversations/conv_1/told.mp3`; an id that is no name for a folder is replaced by its digest."""
    plain = _PLAIN.fullmatch(conversation_id) is not None
    folder = conversation_id if plain else sha256(conversation_id.encode("utf-8", "replace")).hexdigest()
    return f"conversations/{folder}/{source.value}.mp3"


class AudioCopies:
    """Stores sound before the commit that tells of it, and takes away what that commit did not keep."""

    def __init__(self, files: Files, calls: CallReader) -> None:
        self._files = files
        self._calls = calls

    async def has(self, conversation_id: ConversationId) -> bool:
        known = await self._calls.transcript(conversation_id)
        return known is not None and known.audio is not None

    async def store(
        self, conversation_id: ConversationId, source: Source, content: AsyncIterator[bytes]
    ) -> StoredFile | None:
        """None: there was nothing to hear. Raises `Unavailable`, and what `content` raises; nothing is stored then."""
        key = audio_key(conversation_id, source)
        file = await self._files.put(key, content, CONTENT_TYPE)
        if not file.size:
            await self._files.delete(key)
            return None
        if await self._files.about(key) != file:
            raise Unavailable("the copy of the sound is not what was received")
        return file

    async def settle(self, conversation_id: ConversationId, file: StoredFile) -> None:
        """To be called after the commit: a copy that the commit did not keep must not lie about."""
        known = await self._calls.transcript(conversation_id)
        kept = known.audio if known is not None else None
        if kept is None or kept.key != file.key:
            await self._files.delete(file.key)

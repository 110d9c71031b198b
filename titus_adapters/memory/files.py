"""Files in memory."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.files import PIECE, StoredFile, check_key


class MemoryFiles:
    """`kernel.files.Files`, but for its memory: a test's files are small. `down` makes everything `Unavailable`."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self._about: dict[str, StoredFile] = {}
        self.down = False

    async def put(self, key: str, content: AsyncIterator[bytes], content_type: str) -> StoredFile:
        check_key(key)
        self._reach()
        whole = b"".join([piece async for piece in content])
        self.contents[key] = whole
        self._about[key] = StoredFile(key, len(whole), hashlib.sha256(whole).hexdigest(), content_type)
        return self._about[key]

    async def about(self, key: str) -> StoredFile | None:
        check_key(key)
        self._reach()
        return self._about.get(key)

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        check_key(key)
        self._reach()
        whole = self.contents.get(key)
        if whole is None:
            raise NotFound("There is no such file")
        asked = whole[start:end]
        for first in range(0, len(asked), PIECE):
            yield asked[first : first + PIECE]

    async def delete(self, key: str) -> None:
        check_key(key)
        self._reach()
        self.contents.pop(key, None)
        self._about.pop(key, None)

    def _reach(self) -> None:
        if self.down:
            raise Unavailable("the place for files cannot be reached")

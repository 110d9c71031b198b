"""A file that is coming in: in one request if it is small, else in parts. Its last bytes say what it is."""

from __future__ import annotations

import hashlib

import obstore

from titus_adapters.s3_files.bucket import Bucket
from titus_adapters.s3_files.parts import PART, Parts
from titus_adapters.trailer import trailer
from titus_core.kernel.files import StoredFile


class Incoming:
    """Raises `Unavailable` when the bucket does not take it."""

    def __init__(self, bucket: Bucket, key: str, content_type: str) -> None:
        self._bucket, self._key, self._content_type = bucket, key, content_type
        self._digest = hashlib.sha256()
        self._size = 0
        self._held = bytearray()
        self._parts: Parts | None = None

    async def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._size += len(piece)
        self._held += piece
        while len(self._held) > PART:
            block = bytes(self._held[:PART])
            del self._held[:PART]
            self._parts = self._parts or Parts(self._bucket, self._key, self._attributes())
            await self._parts.give(block)

    async def finish(self) -> StoredFile:
        """Put it in its place, for good."""
        stored = StoredFile(self._key, self._size, self._digest.hexdigest(), self._content_type)
        last = bytes(self._held) + trailer(stored)
        if self._parts is not None:
            await self._parts.give(last)
            await self._parts.end()
        else:
            async with self._bucket.moving():
                await obstore.put_async(
                    self._bucket.store, self._key, last, attributes=self._attributes(), use_multipart=False
                )
        return stored

    async def abandon(self) -> None:
        """Nothing of it stays. After `finish` it does nothing."""
        if self._parts is not None:
            await self._parts.abandon()

    def _attributes(self) -> dict[str, str]:
        """For people who look into the bucket; Titus reads the trailer. What cannot be a header's value is left out."""
        told = self._content_type
        return {"Content-Type": told} if told.isascii() and told.isprintable() else {}

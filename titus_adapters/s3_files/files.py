"""Each file is one object in the bucket, under its key, with what is known of it (`trailer`) behind its last byte: the
bucket shows an object whole or not at all, so name, content and digest change together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, NamedTuple

import obstore
from obstore.exceptions import PreconditionError

from titus_adapters.s3_files.bucket import Bucket
from titus_adapters.s3_files.incoming import Incoming
from titus_adapters.s3_files.settings import S3Settings
from titus_adapters.trailer import TRAILER, told_by
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.files import PIECE, StoredFile, check_key

_LOOKS = 3
"""So often a file may be replaced between the look at it and the reading."""


class _Found(NamedTuple):
    file: StoredFile
    etag: str | None


class S3Files:
    """`kernel.files.Files`. It asks nothing before it is used: a server starts, and takes calls, without its bucket."""

    def __init__(self, settings: S3Settings) -> None:
        self._bucket = Bucket(settings)

    async def put(self, key: str, content: AsyncIterator[bytes], content_type: str) -> StoredFile:
        check_key(key)
        incoming = Incoming(self._bucket, key, content_type)
        try:
            async for piece in content:
                await incoming.write(piece)
            return await incoming.finish()
        except BaseException:
            await incoming.abandon()
            raise

    async def about(self, key: str) -> StoredFile | None:
        check_key(key)
        try:
            return (await self._look(key)).file
        except NotFound:
            return None

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        check_key(key)
        for _ in range(_LOOKS):
            file, etag = await self._look(key)
            last = file.size if end is None else min(end, file.size)
            if start >= last:
                return
            content = await self._opened(key, {"range": (start, last), "if_match": etag})
            if content is not None:
                break
        else:
            raise Unavailable("the file is replaced faster than it can be read")
        left = last - start
        while left:
            piece = await self._next(content)
            left -= len(piece)
            for place in range(0, len(piece), PIECE):
                yield piece[place : place + PIECE]

    async def delete(self, key: str) -> None:
        check_key(key)
        with suppress(NotFound):
            async with self._bucket.asking():
                await obstore.delete_async(self._bucket.store, key)

    async def _look(self, key: str) -> _Found:
        async with self._bucket.asking():
            got = await obstore.get_async(self._bucket.store, key, options={"range": {"suffix": TRAILER}})
            end = bytes(await got.bytes_async())
        return _Found(told_by(end, got.meta["size"], key), got.meta["e_tag"])

    async def _opened(self, key: str, options: Any) -> Any:
        """The bytes as they come, all of one object whatever becomes of its name; None: it is not that one any more."""
        async with self._bucket.asking():
            try:
                got = await obstore.get_async(self._bucket.store, key, options=options)
            except PreconditionError:
                return None
            return aiter(got.stream(min_chunk_size=PIECE))

    async def _next(self, content: Any) -> bytes:
        async with self._bucket.moving():
            piece: bytes = await anext(content, b"")
        if not piece:
            raise Unavailable("the file is shorter than it was")
        return piece

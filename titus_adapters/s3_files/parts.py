"""A file that goes to the bucket in parts: nothing of it is there until the last one is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import obstore

from titus_adapters.s3_files.bucket import Bucket

PART = 5 * 1024 * 1024
"""Bytes; the least that S3 takes. Of at most 10,000 parts, that makes 48 GiB: weeks of sound."""

AT_ONCE = 2
"""Parts on their way. Together with the one that fills up they are what a file takes of memory."""

_ABANDONS_WITHIN = 2.0
"""Seconds. A server that stops waits no longer for its bucket; a rule of the bucket throws away what is left."""

_LOG = logging.getLogger("titus.files")


class _AbandonedError(Exception):
    """Makes the library throw away what it has sent. It is its own, so it never leaves here."""


class Parts:
    """`give` the content block by block, then `end` it; or `abandon` it. Begin it on a running loop."""

    def __init__(self, bucket: Bucket, key: str, attributes: dict[str, str]) -> None:
        self._blocks: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._abandoned = False
        self._bucket, self._key = bucket, key
        self._sending = asyncio.create_task(self._send(attributes), name=f"upload {key}")

    async def give(self, block: bytes) -> None:
        """Raises `Unavailable` when the bucket takes no more."""
        async with self._bucket.moving():
            await self._hand_over(block)

    async def end(self) -> None:
        """It is in the bucket, whole. Raises `Unavailable`."""
        async with self._bucket.moving():
            await self._hand_over(None)
        async with self._bucket.moving():
            await asyncio.shield(self._sending)

    async def abandon(self) -> None:
        """Nothing of it stays; where the bucket could not be told so, that is logged. After `end` it does nothing."""
        self._abandoned = True
        while not self._blocks.empty():
            self._blocks.get_nowait()
        self._blocks.put_nowait(None)
        await asyncio.wait({self._sending}, timeout=_ABANDONS_WITHIN)
        self._sending.cancel()
        (became,) = await asyncio.gather(self._sending, return_exceptions=True)
        if isinstance(became, BaseException) and not isinstance(became, _AbandonedError):
            _LOG.warning("parts of %s may be left in the bucket, where nobody sees them", self._key)

    async def _hand_over(self, block: bytes | None) -> None:
        """To the one who sends; if that has failed, with its error."""
        handing = asyncio.ensure_future(self._blocks.put(block))
        try:
            await asyncio.wait({handing, self._sending}, return_when=asyncio.FIRST_COMPLETED)
            if self._sending.done():
                self._sending.result()
        finally:
            handing.cancel()

    async def _send(self, attributes: dict[str, str]) -> None:
        await obstore.put_async(
            self._bucket.store,
            self._key,
            self._content(),
            attributes=attributes,
            use_multipart=True,
            chunk_size=PART,
            max_concurrency=AT_ONCE,
        )

    async def _content(self) -> AsyncIterator[bytes]:
        while (block := await self._blocks.get()) is not None:
            yield block
        if self._abandoned:
            raise _AbandonedError

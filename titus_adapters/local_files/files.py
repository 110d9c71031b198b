"""Each file is one file in the folder, under its key, with what is known of it (`trailer`) behind its last byte: name,
content and digest change together, by one renaming, or not at all."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from titus_adapters.local_files.incoming import Incoming, sync_folder
from titus_adapters.trailer import TRAILER, told_by
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.files import PIECE, StoredFile, check_key

T = TypeVar("T")

_INCOMING = ".incoming"
"""No key begins with a dot, so nothing in here is ever shown."""


BROKEN_OFF_AFTER = 3600.0
"""Seconds without a byte. What comes in for another process may be fresher than that; no try of a job lasts so long."""


class LocalFiles:
    """`kernel.files.Files`. Disks are slow and may hang, so nothing touches them on the event loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / _INCOMING

    async def open(self) -> None:
        """Make the folder, and clear away what was broken off long ago. Raises `Unavailable` if that cannot be."""
        await _on_disk(self._prepare)

    async def put(self, key: str, content: AsyncIterator[bytes], content_type: str) -> StoredFile:
        check_key(key)
        incoming = await _on_disk(lambda: Incoming(self._incoming / secrets.token_hex(16)))
        try:
            async for piece in content:
                await _on_disk(lambda piece=piece: incoming.write(piece))  # type: ignore[misc]  # bound at once
            return await _on_disk(lambda: incoming.finish(key, content_type, self._folder / key))
        except BaseException:
            await _on_disk(incoming.abandon)
            raise

    async def about(self, key: str) -> StoredFile | None:
        check_key(key)
        return await _on_disk(lambda: self._look(key))

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        check_key(key)
        file, stored = await _on_disk(lambda: self._opened(key))
        try:
            place, last = start, stored.size if end is None else min(end, stored.size)
            while place < last:
                piece = await _on_disk(lambda place=place: _piece(file, place, min(PIECE, last - place)))  # type: ignore[misc]
                place += len(piece)
                yield piece
        finally:
            await _on_disk(file.close)

    async def delete(self, key: str) -> None:
        check_key(key)
        await _on_disk(lambda: self._remove(self._folder / key))

    # --- on a thread --------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        for left in self._incoming.iterdir():
            # Other processes take files in, and finish them, meanwhile.
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > BROKEN_OFF_AFTER:
                    left.unlink()

    def _look(self, key: str) -> StoredFile | None:
        try:
            file, stored = self._opened(key)
        except NotFound:
            return None
        file.close()
        return stored

    def _opened(self, key: str) -> tuple[BinaryIO, StoredFile]:
        if not self._incoming.is_dir():
            raise Unavailable("the folder for files is gone")
        try:
            file = (self._folder / key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound("There is no such file") from None
        try:
            length = file.seek(0, os.SEEK_END)
            file.seek(max(0, length - TRAILER))
            return file, told_by(file.read(TRAILER), length, key)
        except BaseException:
            file.close()
            raise

    def _remove(self, path: Path) -> None:
        try:
            path.unlink()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return
        sync_folder(path.parent)


def _piece(file: BinaryIO, place: int, size: int) -> bytes:
    file.seek(place)
    piece = file.read(size)
    if not piece:
        raise Unavailable("the file is shorter than it was")
    return piece


async def _on_disk(act: Callable[[], T]) -> T:
    with _told():
        return await asyncio.to_thread(act)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"the folder for files cannot be used: {error.strerror or error}") from error

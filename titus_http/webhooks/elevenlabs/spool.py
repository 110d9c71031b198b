"""A body on its way in: digested and laid aside while it comes, so that no large one is ever held in memory. What was
laid aside has no name, and is gone with the request or the process."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

from titus_core.kernel.errors import Unavailable
from titus_core.kernel.files import PIECE
from titus_http.problems import TooLarge
from titus_http.webhooks.elevenlabs.signature import Claim, Verdict
from titus_http.webhooks.elevenlabs.vendor import Cut

T = TypeVar("T")

IN_MEMORY = 1024 * 1024
"""Bytes of a body that need no disk: more than most transcripts have."""

MAX_KEPT = 16 * 1024 * 1024
"""Bytes of an event without its sound. Four hours of talk with its metrics and tool results are about 4 MB."""

SPARE = 256 * 1024 * 1024
"""Bytes of a disk that no body may take: calls may be stored on the same one."""


class Room:
    """Where large bodies are laid aside, and how many at once: whoever sends one need not be who they say. `folder`
    None: where the machine keeps temporary files. `kept` and `spare` are limits, in bytes."""

    def __init__(
        self, folder: Path | None = None, places: int = 4, *, kept: int = MAX_KEPT, spare: int = SPARE
    ) -> None:
        self.folder = folder
        self.kept = kept
        self._free = places
        self._spare = spare

    def enter(self) -> None:
        """Raises `Unavailable` if there is none."""
        if not self._free:
            raise Unavailable("Too many large bodies are on their way in", retry_after=30)
        self._free -= 1

    def leave(self) -> None:
        self._free += 1

    def open(self) -> IO[bytes]:
        """A file without a name. Raises `OSError`."""
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=self.folder)

    def check(self) -> None:
        """Raises `Unavailable` if the disk is nearly full."""
        if shutil.disk_usage(self.folder or tempfile.gettempdir()).free < self._spare:
            raise Unavailable("The disk is nearly full")


class Spool:
    """One body, to be used as a context. `size` and `digest` (SHA-256, in hex) are those of all of it."""

    def __init__(self, claim: Claim, cut: Cut, room: Room) -> None:
        self.cut = cut
        self.size = 0
        self._claim = claim
        self._room = room
        self._sum = sha256()
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._entered = False

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()

    @property
    def verdict(self) -> Verdict:
        return self._claim.verdict()

    async def take(self, pieces: AsyncIterator[bytes]) -> None:
        """All of the body. Raises `TooLarge`, and `Unavailable` where there is no room for it."""
        waiting = bytearray()
        async for piece in pieces:
            waiting += piece
            if len(waiting) >= PIECE:
                await self._put(bytes(waiting))
                waiting.clear()
        await self._put(bytes(waiting))

    async def read(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to and without `end` (None: the last)."""
        place, last = start, self.size if end is None else end
        while place < last:
            count = min(PIECE, last - place)
            piece = await self._near_disk(partial(self._piece, place, count))
            place += len(piece)
            yield piece

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
        if self._entered:
            self._room.leave()

    async def _put(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > IN_MEMORY and not self._entered:
            self._room.enter()
            self._entered = True
        await self._near_disk(partial(self._write, piece))

    def _write(self, piece: bytes) -> None:
        self._claim.update(piece)
        self._sum.update(piece)
        self.cut.feed(piece)
        if self.cut.kept > self._room.kept:
            raise TooLarge(f"An event may have {self._room.kept} bytes without its sound")
        if not self._entered:
            self._memory += piece
            return
        if self._file is None:
            self._file = self._room.open()
            piece = bytes(self._memory) + piece
            self._memory.clear()
        self._room.check()
        self._file.write(piece)

    def _piece(self, place: int, count: int) -> bytes:
        if self._file is None:
            return bytes(self._memory[place : place + count])
        self._file.seek(place)
        piece = self._file.read(count)
        if not piece:
            raise Unavailable("what was laid aside is shorter than it was")
        return piece

    async def _near_disk(self, act: Callable[[], T]) -> T:
        """A small body needs no disk, and so no thread."""
        with _told():
            return await asyncio.to_thread(act) if self._entered else act()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"a large body cannot be laid aside: {error.strerror or error}") from error

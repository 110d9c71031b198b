"""Files: recordings, pictures that came with messages, attachments. Whatever is too large for a row."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Protocol

import msgspec

from titus_core.kernel.errors import Invalid

LONGEST_KEY = 512
PIECE = 256 * 1024
"""Bytes that are given out at once, at most."""

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)


def check_key(key: str) -> None:
    """Raise `Invalid` unless it may be a key of a file."""
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise Invalid("key", "is not the name of a file")


class StoredFile(msgspec.Struct, frozen=True):
    """A file that is stored whole. `key` names it (`recordings/RE….mp3`), `sha256` is the hex digest of its bytes."""

    key: str
    size: int
    sha256: str
    content_type: str


class Files(Protocol):
    """A place for files. An implementer MUST:

    - take as keys one or more parts of letters, digits, `.`, `_` and `-` between slashes, at most 512 characters, and
      raise `Invalid` for all others (`check_key`: no `..`, leading slash, empty part, or part that begins with a dot);
    - show a file under its key only when it is whole and would survive a power cut: one that broke off while it came
      in leaves what was there before, or nothing;
    - never hold a whole file in memory;
    - raise `Unavailable` when the place cannot be reached, is full, or says nothing within its deadline;
    - let errors of `content` through unchanged, storing nothing.
    """

    async def put(self, key: str, content: AsyncIterator[bytes], content_type: str) -> StoredFile:
        """Store it, in place of what had the key; how large it is and its digest are known when it is stored."""
        ...

    async def about(self, key: str) -> StoredFile | None:
        """None: nothing has that key."""
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to and without `end` (None: the last), in pieces of at most 256 KiB. Raises
        `NotFound` at the first piece if nothing has that key."""
        ...

    async def delete(self, key: str) -> None:
        """Nothing has that key afterwards, whether or not something had it before."""
        ...

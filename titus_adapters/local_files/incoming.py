"""A file that is coming in, under a name of its own until it is whole and on the disk."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from titus_adapters.trailer import trailer
from titus_core.kernel.files import StoredFile


class Incoming:
    """To be used on a thread; raises `OSError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb")
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._digest.update(piece)
        self._size += len(piece)

    def finish(self, key: str, content_type: str, target: Path) -> StoredFile:
        """Put it in its place, for good."""
        stored = StoredFile(key, self._size, self._digest.hexdigest(), content_type)
        self._file.write(trailer(stored))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _make(target.parent)
        self._path.replace(target)
        sync_folder(target.parent)
        return stored

    def abandon(self) -> None:
        """Nothing of it stays. After `finish` it does nothing."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the names in it survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _make(folder: Path) -> None:
    """The folder and those above it, each name on the disk."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        sync_folder(each.parent)

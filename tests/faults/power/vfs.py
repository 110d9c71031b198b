"""SQLite on a disk that loses power: a VFS of apsw's, whose files are real ones (the page cache) beside the disk's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import apsw

from tests.faults.power.disk import Disk

_JOURNALS = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL
_KEPT = _JOURNALS | apsw.SQLITE_OPEN_MAIN_DB
_numbers = itertools.count()

FileName: TypeAlias = str | apsw.URIFilename | None


class PowerVfs(apsw.VFS):
    """All that SQLite changes goes to `disk` too."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.name = f"power-{next(_numbers)}"
        super().__init__(self.name, "")

    def xOpen(self, name: FileName, flags: list[int]) -> apsw.VFSFile:  # noqa: N802  (apsw's name)
        if not flags[0] & _KEPT:
            return apsw.VFSFile("", name, flags)
        self.disk.opened(_short(name), syncs_folder=bool(flags[0] & _JOURNALS))
        return _PowerFile(self.disk, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:  # noqa: N802
        self.disk.delete(_short(name), synced=syncdir)
        super().xDelete(name, syncdir)


@contextmanager
def registered(disk: Disk) -> Iterator[PowerVfs]:
    """For SQLite to know by its name."""
    vfs = PowerVfs(disk)
    try:
        yield vfs
    finally:
        vfs.unregister()


class _PowerFile(apsw.VFSFile):
    def __init__(self, disk: Disk, name: FileName, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk, self._name = disk, _short(name)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        self._disk.write(self._name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.truncate(self._name, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.sync(self._name)


def _short(name: FileName) -> str:
    return Path(str(name.filename() if isinstance(name, apsw.URIFilename) else name)).name

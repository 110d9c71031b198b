"""A disk that loses power: what was written since a file's last sync may be there afterwards, or not, or by halves.

As SQLite's own crash tests do it (test6.c): every sector that waits is kept, lost or spoilt by chance, and so is every
name of a file that was made or deleted since its folder was synced. A sync that fails loses what waited for it, and the
next one says nothing of that, as on Linux.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from random import Random
from typing import NamedTuple

import apsw

SECTOR = 512
_SPOILT = 0.1


class Fault(Enum):
    """What happens to one operation. After `CUT` nothing reaches the disk any more."""

    CUT = "the power is cut"
    BROKEN = "input/output error"
    FULL = "no space is left"


Plan = Callable[[int, str], Fault | None]
"""Asked before each operation that changes the disk, with its number (from 1) and its kind."""


class Change(NamedTuple):
    """A write that waits for a sync; `data` None: the file is cut off at `offset`."""

    offset: int
    data: bytes | None


class File:
    """`kept` is on the disk; `waiting` is not, yet. `named`: its folder was synced since the file was made."""

    def __init__(self, kept: bytes = b"", *, named: bool = True) -> None:
        self.kept = bytearray(kept)
        self.waiting: list[Change] = []
        self.named = named

    def sync(self) -> None:
        for change in self.waiting:
            _apply(self.kept, change)
        self.waiting.clear()

    def lose(self, random: Random, chance: float) -> None:
        """What waits is kept by this chance, sector by sector, and waits no longer."""
        for change in self.waiting:
            for piece in _sectors(change):
                if random.random() < chance:
                    _apply(self.kept, _spoilt(piece, random) if 0 < chance < 1 else piece)
        self.waiting.clear()


class Disk:
    """One folder of files. `count` is how many operations changed it so far; `off` after a cut."""

    def __init__(self, files: Mapping[str, bytes], plan: Plan, random: Random) -> None:
        self._named = {name: File(data) for name, data in files.items()}
        self._files = dict(self._named)
        self._plan, self._random = plan, random
        self.count = 0
        self.off = False

    def opened(self, name: str, *, syncs_folder: bool) -> None:
        """`syncs_folder`: whoever makes this file syncs its folder with it, as SQLite does with its journals."""
        if name not in self._files:
            self._happen("create", lambda: self._files.update({name: File(named=not syncs_folder)}))

    def write(self, name: str, offset: int, data: bytes) -> None:
        self._happen("write", lambda: self._files[name].waiting.append(Change(offset, data)))

    def truncate(self, name: str, size: int) -> None:
        self._happen("truncate", lambda: self._files[name].waiting.append(Change(size, None)))

    def delete(self, name: str, *, synced: bool) -> None:
        self._happen("delete", lambda: self._files.pop(name))
        if synced:
            self._named = dict(self._files)

    def sync(self, name: str) -> None:
        file = self._files[name]
        fault = self._fault("sync")
        if fault is Fault.BROKEN:
            file.lose(self._random, self._random.random())
        if fault is not None:
            raise _error(fault)
        file.sync()
        if not file.named:
            file.named = True
            self._named = dict(self._files)

    def files(self) -> dict[str, bytes]:
        """What is there when the power comes back; the disk is of no use afterwards."""
        chance = self._random.choice((0.0, 1.0, self._random.random()))
        found = {}
        for name in sorted({*self._named, *self._files}):
            file = (self._files if self._random.random() < chance else self._named).get(name)
            if file is not None:
                file.lose(self._random, chance)
                found[name] = bytes(file.kept)
        return found

    def _happen(self, kind: str, change: Callable[[], object]) -> None:
        """What is under way when the power is cut may have reached the disk."""
        fault = self._fault(kind)
        if fault in {None, Fault.CUT}:
            change()
        if fault is not None:
            raise _error(fault)

    def _fault(self, kind: str) -> Fault | None:
        if self.off:
            raise _error(Fault.CUT)
        self.count += 1
        fault = self._plan(self.count, kind)
        self.off = fault is Fault.CUT
        return fault


def _error(fault: Fault) -> apsw.Error:
    return (apsw.FullError if fault is Fault.FULL else apsw.IOError)(fault.value)


def _apply(image: bytearray, change: Change) -> None:
    offset, data = change
    if data is None:
        del image[offset:]
    image.extend(bytes(max(0, offset - len(image))))
    if data is not None:
        image[offset : offset + len(data)] = data


def _sectors(change: Change) -> list[Change]:
    offset, data = change
    if data is None:
        return [change]
    ends = [*range(SECTOR - offset % SECTOR, len(data), SECTOR), len(data)]
    return [Change(offset + begin, data[begin:end]) for begin, end in zip([0, *ends], ends, strict=False)]


def _spoilt(piece: Change, random: Random) -> Change:
    """Now and then a sector that was being written holds its beginning and then anything."""
    if piece.data is None or random.random() >= _SPOILT:
        return piece
    good = random.randrange(len(piece.data))
    return Change(piece.offset, piece.data[:good] + random.randbytes(len(piece.data) - good))

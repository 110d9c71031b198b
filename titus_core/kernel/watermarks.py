"""How far something has been read or done: a time by name, moved by one process at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from titus_core.kernel.unit_of_work import Records, Storage


class Watermark(msgspec.Struct, frozen=True):
    """`version` grows with each move; 0: it was never set. `token`: how far that is in the words of whoever is read."""

    at: datetime
    version: int = 0
    token: str = ""


class Watermarks(Protocol):
    """Times by name."""

    async def get(self, name: str) -> Watermark | None: ...

    def move(self, name: str, to: Watermark) -> None:
        """Store it as version `to.version + 1`. MUST end in `Conflict` at commit if the stored version is not
        `to.version`, or (for version 0) if there is one already."""
        ...


class WatermarkTx(Records, Protocol):
    @property
    def watermarks(self) -> Watermarks: ...


class _Move(msgspec.Struct, frozen=True):
    name: str
    to: Watermark


class Lookback:
    """How far back a list of the provider has been read. `begins`: how far the first look goes."""

    def __init__(self, storage: Storage[WatermarkTx], name: str, begins: timedelta) -> None:
        self._storage = storage
        self._name = name
        self._begins = begins

    async def last(self, now: datetime) -> Watermark:
        """When all was read before."""
        mark = await self._storage.transact(_get, self._name)
        return mark if mark is not None else Watermark(now - self._begins)

    def since(self, mark: Watermark, overlap: timedelta) -> datetime:
        """From when on to read: what was read before is read again as far as `overlap` goes. The first look goes no
        further back than it `begins`: what was before is none of ours."""
        return mark.at - overlap if mark.version else mark.at

    async def reached(self, before: Watermark, began: datetime) -> None:
        """All is read that there was at `began`. Where another process has read on since `before`, its word stands."""
        await self._storage.transact(_reach, _Move(self._name, Watermark(began, before.version)))


async def _get(tx: WatermarkTx, name: str) -> Watermark | None:
    return await tx.watermarks.get(name)


async def _reach(tx: WatermarkTx, move: _Move) -> None:
    stored = await tx.watermarks.get(move.name)
    if (stored.version if stored is not None else 0) == move.to.version:
        tx.watermarks.move(move.name, move.to)

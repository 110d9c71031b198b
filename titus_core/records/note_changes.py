"""Ask the store what others touched, and note it per table: whoever keeps a copy reads it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Invalid
from titus_core.kernel.unit_of_work import Storage
from titus_core.kernel.watermarks import Watermark, WatermarkTx
from titus_core.records.model import TableId
from titus_core.records.ports import Catalogues, Changes, RecordStore

FEED = "records"
"""The watermark whose token is how far changes were read."""

MOST_PAGES = 100
"""Of one run; the next one goes on."""


def mark_of(table: TableId) -> str:
    """The watermark of the last time when something in the table was touched."""
    return f"{FEED}:{table}"


class _Noted(msgspec.Struct, frozen=True):
    tables: tuple[TableId, ...]
    at: datetime
    token: str


class NoteChanges:
    """Safe to run often, and on several processes at once: both note the same. A token that is too old (nobody asked
    for a week) counts as a change of everything."""

    def __init__(self, store: RecordStore, storage: Storage[WatermarkTx], clock: Clock, catalogues: Catalogues) -> None:
        self._store = store
        self._storage = storage
        self._clock = clock
        self._catalogues = catalogues

    async def __call__(self) -> None:
        mark = await self._storage.transact(_mark, FEED)
        token = mark.token if mark is not None else None
        for _ in range(MOST_PAGES):
            changes, tables = await self._changes(token)
            token = changes.next
            await self._storage.transact(_note, _Noted(tables, self._clock.now(), token))
            if not changes.more:
                return

    async def _changes(self, since: str | None) -> tuple[Changes, tuple[TableId, ...]]:
        if since is not None:
            try:
                changes = await self._store.changes(since)
            except Invalid:
                pass
            else:
                return changes, tuple(dict.fromkeys(one.table for one in changes.touched))
        return await self._store.changes(None), await self._all()

    async def _all(self) -> tuple[TableId, ...]:
        catalogue = await self._catalogues.catalogue()
        return tuple(table.id for table in catalogue.tables) if catalogue is not None else ()


async def _mark(tx: WatermarkTx, name: str) -> Watermark | None:
    return await tx.watermarks.get(name)


async def _note(tx: WatermarkTx, noted: _Noted) -> None:
    names = [FEED, *(mark_of(table) for table in noted.tables)]
    versions = [mark.version if (mark := await tx.watermarks.get(name)) is not None else 0 for name in names]
    for name, version, token in _marks(names, versions, noted.token):
        tx.watermarks.move(name, Watermark(noted.at, version, token))


def _marks(names: list[str], versions: list[int], token: str) -> Iterable[tuple[str, int, str | None]]:
    return zip(names, versions, [token, *(None for _ in names[1:])], strict=True)

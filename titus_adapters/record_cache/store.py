"""A `RecordStore` in front of another one: small tables are read whole, once for everybody who asks at the time, and
questions about them are answered here for as long as the copy is young (docs/decisions/0034)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.watermarks import Watermark
from titus_core.records.asking import check_query
from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.errors import UnknownTable
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.note_changes import mark_of
from titus_core.records.ports import (
    Catalogues,
    Changes,
    Delete,
    Query,
    RecordPage,
    RecordPromises,
    RecordStore,
    Upload,
    Write,
    Written,
)
from titus_core.records.snapshot import Snapshot, answers, neighbours

MOST_KEPT = 2_000
"""Records of a table that is kept here: twenty requests, four seconds of a base's rate."""


class Whole(Protocol):
    """Reads tables whole."""

    async def whole(self, table: TableId, most: int) -> tuple[Record, ...] | None:
        """All records of the table, in as few requests as there can be; None: there are more than `most`."""
        ...


class Marks(Protocol):
    """When others touched a table, as `NoteChanges` noted it."""

    async def watermark(self, name: str) -> Watermark | None: ...


class CachedRecords:
    """`RecordStore`. A page that comes from a copy says of when it is (`RecordPage.as_of`), which is never longer ago
    than `max_age`; single records, writes, files and changes are the store's own. Where a copy is too old and the store
    cannot be asked, `Unavailable` says how old it is (`data["as_of"]`): it is not shown.

    What was written through this process is in its copies at once; what other processes wrote, when `NoteChanges` heard
    of it or the copy is too old."""

    def __init__(
        self,
        store: RecordStore,
        whole: Whole,
        marks: Marks,
        clock: Clock,
        catalogues: Catalogues,
        max_age: timedelta,
        most: int = MOST_KEPT,
    ) -> None:
        self._store = store
        self._whole = whole
        self._marks = marks
        self._clock = clock
        self._catalogues = catalogues
        self._max_age = max_age
        self._most = most
        self._shelves: dict[TableId, _Shelf] = {}

    @property
    def promises(self) -> RecordPromises:
        return self._store.promises

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        return await self._store.get(table, ids)

    async def query(self, query: Query) -> RecordPage:
        table = check_query(await self._catalogue(), query)
        if not answers(query.where):
            return await self._store.query(query)
        snapshot = await self._fresh(table)
        return await self._store.query(query) if snapshot is None else snapshot.page(query)

    async def write(self, write: Write) -> Written:
        catalogue = await self._catalogue()
        table = catalogue.table(write.table)
        try:
            written = await self._store.write(write)
        except BaseException:
            self._forget(catalogue, table)  # nobody knows what of it was done
            raise
        gone = [one.id for one in write.items] if isinstance(write, Delete) else []
        self._learn(catalogue, table, written.records, gone)
        return written

    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record:
        catalogue = await self._catalogue()
        table = catalogue.table(upload.table)
        try:
            record = await self._store.attach(upload, content)
        except BaseException:
            self._forget(catalogue, table)
            raise
        self._learn(catalogue, table, [record], [])
        return record

    def content(self, table: TableId, record: RecordId, attachment: str) -> AsyncIterator[bytes]:
        return self._store.content(table, record, attachment)

    async def changes(self, since: str | None) -> Changes:
        return await self._store.changes(since)

    def forget(self) -> None:
        """Every copy: what is asked next is read anew."""
        for shelf in self._shelves.values():
            shelf.drop()

    async def _catalogue(self) -> Catalogue:
        found = await self._catalogues.catalogue()
        if found is None:
            raise UnknownTable("", None)
        return found

    async def _fresh(self, table: Table) -> Snapshot | None:
        """A copy that is young enough, read with everybody who wants it now; None: the table is too large for one."""
        shelf = self._shelf(table.id)
        mark = await self._marks.watermark(mark_of(table.id))
        touched = None if mark is None else mark.at
        if shelf.is_fresh(self._clock.now(), self._max_age, table, touched):
            return shelf.snapshot
        reading = shelf.reading
        if reading is None or reading.done() or shelf.reads != (shelf.version, touched):
            shelf.reads = (shelf.version, touched)
            reading = shelf.reading = asyncio.create_task(self._read(table, shelf, shelf.version))
        try:
            return await asyncio.shield(reading)  # whoever goes away takes nobody's answer along
        except Unavailable as error:
            raise self._told(error, shelf.snapshot) from error

    async def _read(self, table: Table, shelf: _Shelf, version: int) -> Snapshot | None:
        began = self._clock.now()
        records = await self._whole.whole(table.id, self._most)
        snapshot = None if records is None else Snapshot.of(table, records, began)
        if shelf.version == version:
            shelf.put(snapshot, began)
        return snapshot

    def _told(self, error: Unavailable, known: Snapshot | None) -> Unavailable:
        told = Unavailable(str(error), **error.data)
        if known is not None:
            age = self._clock.now() - known.as_of
            told.data |= {"as_of": known.as_of.isoformat(), "age_seconds": round(age.total_seconds())}
        return told

    def _shelf(self, table: TableId) -> _Shelf:
        return self._shelves.setdefault(table, _Shelf())

    def _learn(self, catalogue: Catalogue, table: Table, changed: Sequence[Record], gone: Sequence[RecordId]) -> None:
        self._forget(catalogue, table, but=table.id)
        self._shelf(table.id).learn(changed, gone)

    def _forget(self, catalogue: Catalogue, table: Table, but: TableId | None = None) -> None:
        """Links and what is looked up through them show on the other side too."""
        for one in {table.id, *neighbours(catalogue, table)} - {but}:
            self._shelf(one).drop()
        if but in neighbours(catalogue, table):
            self._shelf(table.id).drop()


class _Shelf:
    """The copy of one table. `version` grows whenever what is being read at the moment is too old already; `reads` says
    what `reading` will be good for."""

    def __init__(self) -> None:
        self.version = 0
        self.snapshot: Snapshot | None = None
        self.reading: asyncio.Task[Snapshot | None] | None = None
        self.reads: tuple[int, datetime | None] = (0, None)
        self._good = False
        self._looked_at: datetime | None = None

    def is_fresh(self, now: datetime, max_age: timedelta, table: Table, touched: datetime | None) -> bool:
        began = self._looked_at
        if not self._good or began is None or now - began > max_age:
            return False
        return (touched is None or began >= touched) and (self.snapshot is None or self.snapshot.table == table)

    def put(self, snapshot: Snapshot | None, began: datetime) -> None:
        self.snapshot, self._looked_at, self._good = snapshot, began, True

    def drop(self) -> None:
        """It is no good any more; how old it is may still be told."""
        self.version += 1
        self._good = False

    def learn(self, changed: Sequence[Record], gone: Sequence[RecordId]) -> None:
        self.version += 1
        if self.snapshot is not None and self._good:
            self.snapshot = self.snapshot.with_changes(changed, gone)

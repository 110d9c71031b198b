"""A store of records elsewhere, played by one in memory: what it answers can be lost, and it can be away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from tests.contracts.records.base import catalogue
from tests.contracts.records.formulas import Joining
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_core.kernel.errors import TitusError, Unavailable
from titus_core.records.catalogue import Catalogue
from titus_core.records.journalled import JournalledRecords
from titus_core.records.local import LocalRecords
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import (
    Changes,
    Delete,
    Query,
    RecordPage,
    RecordPromises,
    RecordStore,
    Upload,
    Write,
)
from titus_core.records.remote import Outcome
from titus_core.records.settle_writes import SettleWrites


class Elsewhere:
    """`RemoteRecords`. `loses` what it answers next: `after` it did what it was asked, or before."""

    promises = RecordPromises(atomic_batch=False, conditional_update=False, unique_keys=False, read_your_writes=True)

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self.loses: str = ""
        self.refuses: TitusError | None = None
        self.left: tuple[int, ...] = ()

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        return await self._store.get(table, ids)

    async def query(self, query: Query) -> RecordPage:
        return await self._store.query(query)

    async def write(self, write: Write) -> Outcome:
        if self.refuses is not None:
            raise self.refuses
        if self.loses == "before":
            raise Unavailable("lost", unsure=True)
        if self.left:
            nothing: tuple[Record | None, ...] = (None,) * len(write.items)
            return Outcome(records=nothing, left=self.left, reason="too late")
        written = await self._store.write(write)
        if self.loses == "after":
            raise Unavailable("lost", unsure=True)
        records = (None,) * len(write.items) if isinstance(write, Delete) else written.records
        return Outcome(records=records, created=written.created)

    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record:
        record = await self._store.attach(upload, content)
        if self.loses == "after":
            raise Unavailable("lost", unsure=True)
        return record

    def content(self, table: TableId, record: RecordId, attachment: str) -> AsyncIterator[bytes]:
        return self._store.content(table, record, attachment)

    async def changes(self, since: str | None) -> Changes:
        return await self._store.changes(since)


class Away:
    """An office: records elsewhere, the journal here."""

    rows = None

    def __init__(self) -> None:
        self.catalogue = catalogue()
        self.clock = ManualClock()
        there = MemoryStore(clock=self.clock, catalogue=self.catalogue)
        self.there = LocalRecords(
            there, there.reader, MemoryFiles(), self.clock, CountingIds(), there.reader, Joining()
        )
        self.storage = MemoryStore(clock=self.clock, catalogue=self.catalogue)
        self.known: Catalogue | None = self.catalogue
        self.remote = Elsewhere(self.there)
        self.store = JournalledRecords(self.remote, self.storage, self.clock, CountingIds(), Known(self))
        self.settle = SettleWrites(self.remote, self.storage, self.storage.reader, self.clock, Known(self))

    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def plant(self, planted: object) -> None: ...
    async def clear(self) -> None: ...
    async def cut(self) -> None: ...
    async def mend(self) -> None: ...

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)


class Known:
    """`Catalogues`: what the office knows of tables at the moment."""

    def __init__(self, office: Away) -> None:
        self._office = office

    async def catalogue(self) -> Catalogue | None:
        return self._office.known

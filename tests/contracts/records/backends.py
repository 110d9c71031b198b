"""The stores of records that the suite runs on. A new adapter needs a line here, and then keeps every promise that it
declares."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.records.base import catalogue
from tests.contracts.records.formulas import Joining
from tests.contracts.records.office import Office, Rows
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.records.migrating import write_revision
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.records.catalogue import Catalogue
from titus_core.records.local import LocalRecords
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import Query, RecordTx


class Memory:
    """Rows in memory."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.catalogue = catalogue()
        self.files = MemoryFiles()
        self._clock = ManualClock()
        self._begin()

    def _begin(self) -> None:
        self.storage = MemoryStore(clock=self._clock, catalogue=self.catalogue)
        self.reader = self.storage.reader
        self.store = LocalRecords(
            self.storage, self.reader, self.files, self._clock, CountingIds(), self.reader, Joining()
        )

    @property
    def rows(self) -> Rows:
        return self

    async def open(self) -> None:
        await self.storage.open()

    async def close(self) -> None:
        await self.storage.close()

    async def plant(self, table: TableId, records: Iterable[Record]) -> None:
        await self.storage.transact(put_rows, (table, tuple(records)))

    async def clear(self) -> None:
        self._begin()

    async def pass_time(self, seconds: float) -> None:
        self._clock.advance(seconds)

    async def cut(self) -> None:
        self.files.down = True
        await self.storage.close()

    async def mend(self) -> None:
        self.files.down = False
        await self.storage.open()


async def put_rows(tx: RecordTx, planting: tuple[TableId, tuple[Record, ...]]) -> None:
    """For stores that have units of work."""
    table, records = planting
    for record in records:
        tx.record_rows.put(table, record, None)


async def remove_rows(tx: RecordTx, told: tuple[Catalogue, Mapping[TableId, tuple[RecordId, ...]]]) -> None:
    """All of these, links first: of a link both sides go together."""
    catalogue, ids = told
    found = {table.id: await tx.record_rows.get(table.id, ids.get(table.id, ())) for table in catalogue.tables}
    for table, rows in found.items():
        for row in rows.values():
            tx.record_rows.remove(table, row)


class _Sql:
    """Rows in a database whose tables the catalogue made."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.catalogue = catalogue()
        self.files = MemoryFiles()
        self._clock = ManualClock()
        self._revisions: Path = request.getfixturevalue("tmp_path") / "revisions"
        write_revision(self._revisions, self.catalogue, "The base of the contract suite")
        self._store = self._stores(request)
        self._begin()

    def _begin(self) -> None:
        self.storage = self._store()
        self.reader = self.storage.reader
        self.store = LocalRecords(
            self.storage, self.reader, self.files, self._clock, CountingIds(), self.reader, Joining()
        )

    def _stores(self, request: pytest.FixtureRequest) -> Callable[[], Any]:
        """What opens the database anew."""
        raise NotImplementedError

    @property
    def rows(self) -> Rows:
        return self

    async def open(self) -> None:
        self._begin()
        await self.storage.migrate_records(self._revisions)
        await self.storage.open()
        await self.reader.catalogue()

    async def close(self) -> None:
        await self.storage.close()

    async def plant(self, table: TableId, records: Iterable[Record]) -> None:
        await self.storage.transact(put_rows, (table, tuple(records)))

    async def clear(self) -> None:
        ids: dict[TableId, tuple[RecordId, ...]] = {}
        for table in self.catalogue.tables:
            page = await self.reader.record_page(Query(table=table.id, fields=frozenset(), limit=100_000))
            ids[table.id] = tuple(record.id for record in page.records)
        await self.storage.transact(remove_rows, (self.catalogue, ids))

    async def pass_time(self, seconds: float) -> None:
        self._clock.advance(seconds)

    async def cut(self) -> None:
        self.files.down = True
        await self.storage.close()

    async def mend(self) -> None:
        self.files.down = False
        await self.open()


class Sqlite(_Sql):
    def _stores(self, request: pytest.FixtureRequest) -> Callable[[], Any]:
        settings = SqliteSettings(request.getfixturevalue("tmp_path") / "titus.db")
        shutil.copy(request.getfixturevalue("sqlite_template"), settings.path)
        return lambda: SqliteStore(settings)


class Postgres(_Sql):
    def _stores(self, request: pytest.FixtureRequest) -> Callable[[], Any]:
        settings = PostgresSettings(request.getfixturevalue("postgres_url"))
        return lambda: PostgresStore(settings)


OFFICES: dict[str, Callable[[pytest.FixtureRequest], Office]] = {
    "memory": Memory,
    "sqlite": Sqlite,
    "postgres": Postgres,
}

WITH_ROWS = ["memory"]
"""Those that have units of work (`Office.rows`)."""

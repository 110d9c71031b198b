"""The stores of records that the suite runs on. A new adapter needs a line here, and then keeps every promise that it
declares."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contracts.records.base import BASE, METADATA, catalogue
from tests.contracts.records.formulas import Joining
from tests.contracts.records.office import Office, Rows
from titus_adapters.airtable.api import AirtableApi
from titus_adapters.airtable.settings import AirtableSettings
from titus_adapters.airtable.store import AirtableRecords
from titus_adapters.aside import TaskAside
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.record_cache.store import CachedRecords
from titus_adapters.sandbox.airtable.part import airtable_part
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.switches import Switches
from titus_adapters.sandbox.airtable.transport import SandboxTransport
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.engine.wire import Wire
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.records.catalogue import Catalogue
from titus_core.records.journalled import JournalledRecords
from titus_core.records.local import LocalRecords
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.plain import plain
from titus_core.records.ports import Query, RecordTx
from titus_core.records.shadow.candidate import RowsCandidate
from titus_core.records.shadow.findings import Findings
from titus_core.records.shadow.model import What
from titus_core.records.shadow.store import ShadowRecords

MAX_AGE = timedelta(seconds=60)
"""Of a cached copy."""


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

    async def plant(self, planted: Mapping[TableId, Sequence[Record]]) -> None:
        await self.storage.transact(put_rows, planted)

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


async def put_rows(tx: RecordTx, planted: Mapping[TableId, Sequence[Record]]) -> None:
    """For stores that have units of work."""
    for table, records in planted.items():
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
        self._revisions: Path = request.getfixturevalue("record_revisions")
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

    async def plant(self, planted: Mapping[TableId, Sequence[Record]]) -> None:
        await self.storage.transact(put_rows, planted)

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
        shutil.copy(request.getfixturevalue("sqlite_records_template"), settings.path)
        return lambda: SqliteStore(settings)


class Postgres(_Sql):
    def _stores(self, request: pytest.FixtureRequest) -> Callable[[], Any]:
        settings = PostgresSettings(request.getfixturevalue("postgres_records_url"))
        return lambda: PostgresStore(settings)


class Airtable:
    """A base in the sandbox, in its own virtual time; the journal in memory."""

    rows = None

    def __init__(self, request: object = None, *, switches: Switches | None = None, wire: Wire | None = None) -> None:
        self.catalogue = catalogue()
        self.clock = ManualClock()
        self.storage = MemoryStore(clock=self.clock, catalogue=self.catalogue)
        self.sandbox = AirtableSandbox(wire, start=self.clock.now(), switches=switches)
        self._base = self.sandbox.base(METADATA, id=BASE)
        self.line = Line(SandboxTransport(create_sandbox_app(airtable_part(self.sandbox, speed=None))))
        self._ids = CountingIds()
        self._begin()

    def _begin(self) -> None:
        settings = AirtableSettings(
            api_key="patAny",
            base_id=BASE,
            base_url="http://airtable.test/airtable",
            content_url="http://airtable.test/airtable",
        )
        self.api = AirtableApi(settings, self.line, time=SandboxTime(self.sandbox))
        self.remote = AirtableRecords(self.api, self.storage.reader)
        self.store = JournalledRecords(
            self.remote,
            self.storage,
            self.clock,
            self._ids,
            self.storage.reader,
        )

    async def open(self) -> None:
        self._begin()
        await self.storage.open()

    async def close(self) -> None:
        await self.api.aclose()

    async def plant(self, planted: Mapping[TableId, Sequence[Record]]) -> None:
        for table, records in planted.items():
            self._base.load(table, [_told(record) for record in records], as_given=True)

    async def clear(self) -> None:
        for table in self.catalogue.tables:
            ids = [record["id"] for record in self._base.records(table.id)]
            self._base.delete(table.id, *ids)

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.sandbox.run_for(seconds)

    async def cut(self) -> None:
        self.line.down = True

    async def mend(self) -> None:
        self.line.down = False


class CachedAirtable(Airtable):
    """The same, with copies of its tables in front."""

    def _begin(self) -> None:
        super()._begin()
        reader = self.storage.reader
        self.journalled = self.store
        self.store = self.cached = CachedRecords(  # type: ignore[assignment]
            self.journalled, self.remote, reader, self.clock, reader, MAX_AGE
        )

    async def plant(self, planted: Mapping[TableId, Sequence[Record]]) -> None:
        await super().plant(planted)
        self.cached.forget()

    async def clear(self) -> None:
        await super().clear()
        self.cached.forget()

    async def cut(self) -> None:
        """And what is known of it is too old."""
        await super().cut()
        self.clock.advance(MAX_AGE.total_seconds() + 1)


def _told(record: Record) -> dict[str, Any]:
    fields = {field: plain(cell) for field, cell in record.fields.items()}
    return {"id": record.id, "createdTime": record.created_time, "fields": fields}


class Line(httpx.AsyncBaseTransport):
    """The way to the sandbox, which may be down."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.down = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("nothing listens", request=request)
        return await self._inner.handle_async_request(request)


class SandboxTime:
    """`airtable.gate.Time`: waiting lets the sandbox's time pass."""

    def __init__(self, sandbox: AirtableSandbox) -> None:
        self.sandbox = sandbox

    def now(self) -> float:
        return self.sandbox.now

    async def sleep(self, seconds: float) -> None:
        await self.sandbox.run_for(seconds)


class Shadow:
    """Memory answers, SQLite is looked at; what they say differently would be found when it closes."""

    rows = None

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._primary = Memory(request)
        self._other = Sqlite(request)
        self.catalogue = self._primary.catalogue
        self.files = self._primary.files
        self._was_cut = False
        self._begin()

    def _begin(self) -> None:
        primary, clock = self._primary, ManualClock()
        self.primary, self.reader = primary.store, primary.reader
        self.aside = TaskAside()
        self.findings = Findings(primary.storage, clock)
        self.candidate = RowsCandidate(self._other.storage, self._other.reader, clock, primary.reader, Joining())
        self.store = ShadowRecords(
            primary.store, self.candidate, self.aside, self.findings, primary.reader, pause=0.001
        )

    async def tallies(self) -> dict[What, int]:
        """What was counted until now."""
        await self.aside.drain()
        await self.findings.keep()
        counted: Counter[What] = Counter()
        for tally in await self._primary.reader.record_tallies():
            counted[tally.what] += tally.count
        return counted

    async def open(self) -> None:
        await self._primary.open()
        await self._other.open()
        self._begin()

    async def close(self) -> None:
        await self.mend()
        told = await self.tallies()
        await self.let_go()
        well = {What.COMPARED, What.MIRRORED, What.UNSETTLED}
        assert told.keys() <= well | ({What.UNTOLD} if self._was_cut else set()), told

    async def let_go(self) -> None:
        await self.aside.close()
        await self._primary.close()
        await self._other.close()

    async def plant(self, planted: Mapping[TableId, Sequence[Record]]) -> None:
        await self.aside.drain()
        await self._primary.plant(planted)
        await self._other.plant(planted)

    async def clear(self) -> None:
        await self.tallies()
        await self._primary.clear()
        await self._other.clear()
        self._begin()

    async def pass_time(self, seconds: float) -> None:
        await self._primary.pass_time(seconds)

    async def cut(self) -> None:
        await self.aside.drain()
        self._was_cut = True
        await self._primary.cut()

    async def mend(self) -> None:
        await self._primary.mend()


OFFICES: dict[str, Callable[[pytest.FixtureRequest], Office]] = {
    "memory": Memory,
    "sqlite": Sqlite,
    "postgres": Postgres,
    "airtable": Airtable,
    "airtable, cached": CachedAirtable,
    "shadow": Shadow,
}

WITH_ROWS = ["memory", "sqlite", "postgres"]
"""Those that have units of work (`Office.rows`)."""

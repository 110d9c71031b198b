"""Today's web client, signed in, on the provider's 31 tables, with each store that has units of work in turn."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.journeys.records.conftest import signed_in
from titus_adapters.airtable.metadata import metadata_of
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sandbox.airtable.sample.filling import SCHEMA
from titus_adapters.sql.records.migrating import write_revision
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.records.catalogue import Catalogue
from titus_core.records.local import LocalRecords
from titus_core.records.naming import named
from titus_core.records.setting import NoFormulas


def provider() -> Catalogue:
    """`../shared/reference/domain/base_schema.json`, as the sandbox has it (a test there compares the two)."""
    return named("appProvider000000", metadata_of(SCHEMA.read_bytes()).tables, NoFormulas())


class Desk(msgspec.Struct):
    """What `signed_in` asks of an office."""

    store: LocalRecords
    catalogue: Catalogue


def desk(storage: Any, catalogue: Catalogue) -> Desk:
    clock = ManualClock()
    return Desk(LocalRecords(storage, storage.reader, MemoryFiles(), clock, CountingIds(), storage.reader), catalogue)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return provider()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def closed(request: pytest.FixtureRequest, catalogue: Catalogue, tmp_path: Path) -> Callable[[], Any]:
    """Made outside any event loop: databases are made on one of their own."""
    if request.param == "memory":
        return lambda: MemoryStore(clock=ManualClock(), catalogue=catalogue)
    if request.param == "sqlite":
        settings = SqliteSettings(tmp_path / "titus.db")
        shutil.copy(request.getfixturevalue("sqlite_template"), settings.path)
        return lambda: SqliteStore(settings)
    server = PostgresSettings(request.getfixturevalue("postgres_url"))
    return lambda: PostgresStore(server)


@pytest.fixture
async def client(closed: Callable[[], Any], catalogue: Catalogue, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    storage = closed()
    if not isinstance(storage, MemoryStore):
        write_revision(tmp_path / "revisions", catalogue, "The provider's base")
        await storage.migrate_records(tmp_path / "revisions")
    await storage.open()
    async with signed_in(desk(storage, catalogue)) as client:  # type: ignore[arg-type]  # all that it asks of an office
        yield client
    await storage.close()


@pytest.fixture
async def model(catalogue: Catalogue) -> AsyncIterator[httpx.AsyncClient]:
    """The same, in memory: what all others must answer."""
    storage = MemoryStore(clock=ManualClock(), catalogue=catalogue)
    await storage.open()
    async with signed_in(desk(storage, catalogue)) as client:  # type: ignore[arg-type]
        yield client
    await storage.close()

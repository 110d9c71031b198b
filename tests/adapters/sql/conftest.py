"""Stores with all tables and no rows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore


@pytest.fixture
async def sqlite_settings(tmp_path: Path) -> SqliteSettings:
    """A migrated file that locks nobody out for long."""
    settings = SqliteSettings(tmp_path / "titus.db", busy_seconds=0.05)
    await SqliteStore(settings).migrate()
    return settings


@pytest.fixture
async def sqlite_store(sqlite_settings: SqliteSettings) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(sqlite_settings) as store:
        yield store


@pytest.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with PostgresStore(PostgresSettings(postgres_url)) as store:
        yield store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> SqliteStore | PostgresStore:
    """Each of them in turn."""
    found: SqliteStore | PostgresStore = request.getfixturevalue(f"{request.param}_store")
    return found

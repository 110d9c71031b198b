"""The base of the contract suite as tables, made once: each test gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.contracts.records.base import catalogue
from tests.postgres_server import fresh_database, run_aside
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sql.records.migrating import write_revision
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore


@pytest.fixture(scope="session")
def record_revisions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the one migration that makes the tables."""
    folder = tmp_path_factory.mktemp("revisions")
    write_revision(folder, catalogue(), "The base of the contract suite")
    return folder


@pytest.fixture(scope="session")
def sqlite_records_template(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, record_revisions: Path
) -> Path:
    settings = SqliteSettings(tmp_path_factory.mktemp("sqlite-records") / "template.db")
    shutil.copy(sqlite_template, settings.path)
    run_aside(SqliteStore(settings).migrate_records(record_revisions))
    return settings.path


@pytest.fixture(scope="session")
def postgres_records_template(postgres_server: str, postgres_template: str, record_revisions: Path) -> Iterator[str]:
    """The name of a database with the tables, and no rows."""
    with fresh_database(postgres_server, f"TEMPLATE {postgres_template}") as url:
        run_aside(PostgresStore(PostgresSettings(url)).migrate_records(record_revisions))
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture
def postgres_records_url(postgres_server: str, postgres_records_template: str) -> Iterator[str]:
    """The URL of a database of this test's own."""
    with fresh_database(postgres_server, f"TEMPLATE {postgres_records_template} STRATEGY FILE_COPY") as url:
        yield url

"""The stores that the suite runs on. A new adapter needs a line here, and then keeps every promise that it declares."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.stores import Backend, Store
from titus_adapters.memory.store import MemoryStore
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_adapters.sqlite.settings import SqliteSettings
from titus_adapters.sqlite.store import SqliteStore
from titus_core.jobs.model import Causes, nothing


class Memory:
    """Two stores share nothing: there is no place outside the process."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        pass

    def store(self, causes: Causes = nothing) -> Store:
        return MemoryStore(causes=causes)


class Sqlite:
    """A file, copied from a template that the migrations made."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        home: Path = request.getfixturevalue("tmp_path")
        self._settings = SqliteSettings(home / "titus.db")
        shutil.copy(request.getfixturevalue("sqlite_template"), self._settings.path)

    def store(self, causes: Causes = nothing) -> Store:
        return _ServingSqlite(self._settings, causes=causes)


class _ServingSqlite(SqliteStore):
    """Claims the file, as a server does."""

    async def open(self) -> None:
        self.claim()
        await super().open()


class Postgres:
    """A database on a real server, copied from a template that the migrations made."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._settings = PostgresSettings(request.getfixturevalue("postgres_url"))

    def store(self, causes: Causes = nothing) -> Store:
        return PostgresStore(self._settings, causes=causes)


BACKENDS: dict[str, Callable[[pytest.FixtureRequest], Backend]] = {
    "memory": Memory,
    "sqlite": Sqlite,
    "postgres": Postgres,
}


def migrated_file(home: Path) -> Path:
    """A SQLite file with all tables and no rows."""
    settings = SqliteSettings(home / "template.db")
    asyncio.run(SqliteStore(settings).migrate())
    return settings.path

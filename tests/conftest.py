"""What all tests share: every store there is, for those that ask for a `store`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.contracts.backends import BACKENDS, migrated_file
from tests.contracts.stores import Backend, Store

settings.register_profile("no-deadline", deadline=None)  # a timing is never a test
settings.load_profile("no-deadline")

pytest_plugins = ["tests.postgres_server", "tests.s3_server", "tests.file_places", "tests.contracts.records.templates"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_file(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Backend:
    """A kind of store: in memory, on SQLite, on a real PostgreSQL. What asks for it runs on each."""
    return BACKENDS[request.param](request)


@pytest.fixture
async def store(backend: Backend) -> AsyncIterator[Store]:
    """An open store of that kind, empty."""
    store = backend.store()
    await store.open()
    yield store
    await store.close()

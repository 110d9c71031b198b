"""Where mornings are kept, for tests that run on each store."""

from __future__ import annotations

import shutil
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.aftermath.places import Place, in_memory, on_postgres, on_sqlite


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opening(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Place]:
    match request.param:
        case "memory":
            return in_memory()
        case "sqlite":
            file: Path = request.getfixturevalue("tmp_path") / "titus.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
            return on_sqlite(file)
        case _:
            return on_postgres(request.getfixturevalue("postgres_url"))

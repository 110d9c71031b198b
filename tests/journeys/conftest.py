"""Journeys that ask for a `store` run on every store there is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contracts.backends import BACKENDS
from tests.contracts.stores import Store
from titus_adapters.memory.store import MemoryStore


@pytest.fixture(params=sorted(BACKENDS))
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    made = BACKENDS[request.param](request).store()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def other_store() -> MemoryStore:
    """One more, to compare with."""
    return MemoryStore()

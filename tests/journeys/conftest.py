"""A second store, for journeys that compare two."""

from __future__ import annotations

import pytest

from titus_adapters.memory.store import MemoryStore


@pytest.fixture
def other_store() -> MemoryStore:
    return MemoryStore()

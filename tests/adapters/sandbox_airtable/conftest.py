"""What the tests of the Airtable sandbox share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.sandbox_airtable.stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Clients and their notes, without limits."""
    async with staged() as stage:
        yield stage

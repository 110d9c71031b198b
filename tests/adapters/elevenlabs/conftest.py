"""What the tests of ElevenLabs share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.elevenlabs.stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """The sandbox on a loopback socket, in virtual time, strict about its key."""
    async with staged() as stage:
        yield stage

"""What the tests of Anthropic share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.anthropic.stage import Stage, staged


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The official client takes its key, address and headers from there, too."""
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL", "CUSTOM_HEADERS", "PROFILE", "LOG"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """The sandbox on a loopback socket, strict about its key."""
    async with staged() as stage:
        yield stage

"""What the tests of cassettes share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The official clients take keys, addresses and regions from there, too."""
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL", "CUSTOM_HEADERS", "PROFILE", "LOG"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)


@pytest.fixture
def no_network() -> Iterator[None]:
    """Whoever opens a socket fails; event loops talk to themselves over a pair of unix ones."""
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()

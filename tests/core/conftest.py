"""The core needs no network, so its tests get none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    # Event loops talk to themselves over a pair of unix sockets.
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()

"""The core needs no network, so its tests get none."""

from __future__ import annotations

import pytest
from pytest_socket import disable_socket


@pytest.fixture(autouse=True)
def _no_network() -> None:
    # Event loops talk to themselves over a pair of unix sockets.
    disable_socket(allow_unix_socket=True)

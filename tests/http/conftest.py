"""A signed-in client for every test of the staff side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.http.staff_app import Staff, staff


@pytest.fixture(name="staff")
def _staff() -> Iterator[Staff]:
    with staff() as ready:
        yield ready

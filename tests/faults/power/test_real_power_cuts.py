"""A real file system is cut off under both databases, as they are: the kernel keeps what was synced, and no more."""

from __future__ import annotations

import pytest

from tests.faults.power.real_cuts import cut_again_and_again
from tests.faults.power.real_disk import why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


@pytest.mark.parametrize(("kind", "times"), [("sqlite", 2), ("postgres", 2)])
def test_nothing_told_of_is_lost(kind: str, times: int) -> None:
    assert cut_again_and_again(kind, times, seed=1) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_database_that_does_not_wait_for_its_disk_is_found_out(kind: str) -> None:
    assert cut_again_and_again(kind, 5, seed=1, careless=True)

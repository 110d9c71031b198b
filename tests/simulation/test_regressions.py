"""What was found once stays found."""

from __future__ import annotations

import pytest

from tests.simulation.regressions import FOUND
from tests.simulation.simulator import simulate


@pytest.mark.parametrize("seed", FOUND, ids=FOUND.values())
def test_a_seed_that_found_something_finds_nothing_any_more(seed: int) -> None:
    simulate(seed)

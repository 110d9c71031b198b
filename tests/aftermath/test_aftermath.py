"""What follows a call, with every provider failing now and then. `make proof PART=aftermath` plays 10,000 calls."""

from __future__ import annotations

import pytest

from tests.aftermath.checks import findings
from tests.aftermath.stage import Morning


@pytest.mark.parametrize("seed", range(2))
async def test_all_that_follows_calls_is_with_the_right_ones(seed: int) -> None:
    morning = Morning(seed)
    await morning.pass_by(20)
    assert await findings(morning) == []
    assert morning.weather.fired
    assert morning.twilio.messages

"""A crash at every boundary of every scenario: before and after each commit, before and after each question to a
provider."""

from __future__ import annotations

import pytest

from tests.simulation.crashing import AFTERS, crashes
from tests.simulation.premises import MemoryPremises
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.simulator import play
from titus_core.calls.evidence import outcome


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_tells_what_its_name_says(name: str) -> None:
    scenario = SCENARIOS[name]
    history = play(scenario.setting, MemoryPremises())
    assert tuple(outcome(history.calls[call_id]) for call_id in sorted(history.truths)) == scenario.ends
    assert scenario.meets <= history.fired.keys()


@pytest.mark.parametrize("after", AFTERS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_wherever_it_crashes_every_invariant_holds_and_the_end_is_the_same(name: str, after: str) -> None:
    found = list(crashes(SCENARIOS[name], AFTERS[after], MemoryPremises))
    assert len(found) >= 6
    assert [fault for fault in found if fault is not None] == []

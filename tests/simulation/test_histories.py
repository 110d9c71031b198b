"""Many short histories, each from its seed; the long counts are `make proof`."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.simulation.history import History
from tests.simulation.invariants import Broken
from tests.simulation.simulator import simulate
from titus_core.calls.evidence import outcome
from titus_core.calls.model import Outcome

BATCH = 200
BATCHES = 10


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_invariant_holds_in_every_history(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        simulate(seed)


def test_the_same_seed_is_the_same_history() -> None:
    for seed in range(20):
        assert summary(simulate(seed)) == summary(simulate(seed))


def test_a_history_with_crashes_equals_the_one_without() -> None:
    """R10: half of the crashes strike before a commit, half after it and before the answer is out."""
    for seed in range(3000, 3150):
        calm = simulate(seed, change=lambda faults: replace(faults, crashes=0.0))
        shaken = simulate(seed, change=lambda faults: replace(faults, crashes=0.25))
        assert summary(shaken) == summary(calm), f"seed {seed}"


def test_histories_see_all_that_can_happen() -> None:
    """A simulator that never gets far would find nothing."""
    seen: set[Outcome | None] = set()
    holds = strandings = repeated = 0
    for seed in range(200):
        history = simulate(seed)
        calls = history.calls.values()
        seen |= {outcome(call) for call in calls}
        holds += sum(call.holds for call in calls)
        strandings += sum(call.strandings for call in calls)
        repeated += sum(delivered.again for delivered in history.delivered)
    assert seen == set(Outcome)
    assert min(holds, strandings, repeated) > 20


def test_a_broken_invariant_names_itself_and_the_seed() -> None:
    broken = Broken("r1_some_rule", "what is wrong", 7)
    assert str(broken) == "r1_some_rule: what is wrong (seed 7)"
    assert (broken.invariant, broken.seed) == ("r1_some_rule", 7)


def summary(history: History) -> object:
    return history.calls, history.events, dict(history.engaged)

"""Many short histories, each from its seed; the long counts are `make proof`."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from tests.simulation.crashing import summary
from tests.simulation.faults import MENU, Faults
from tests.simulation.invariants import Broken
from tests.simulation.simulator import simulate
from titus_core.calls.evidence import outcome
from titus_core.calls.model import Outcome

BATCH = 500
BATCHES = 20
CHANCE = (
    *("overlaps", "twins", "kept", "busy", "refusals", "clock_steps", "skewed", "unanswered"),
    *("agent_down", "agent_doubtful"),
)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_invariant_holds_in_every_history(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        simulate(seed)


def test_the_same_seed_is_the_same_history() -> None:
    for seed in range(20):
        assert summary(simulate(seed)) == summary(simulate(seed))


def test_a_history_with_crashes_equals_the_one_without() -> None:
    """R10: crashes strike at every kind of boundary; whoever repeats the request gets the same answer. (Who races and
    what is refused would differ by chance, so it is left out here.)"""
    crashes = 0
    for seed in range(3000, 3200):
        calm = simulate(seed, change=lambda faults: repeatable(faults, 0.0))
        shaken = simulate(seed, change=lambda faults: repeatable(faults, 0.25))
        assert summary(shaken) == summary(calm), f"seed {seed}"
        crashes += shaken.fired["crashes"]
    assert crashes > 1000


def repeatable(faults: Faults, crashes: float) -> Faults:
    return replace(faults, crashes=crashes, **dict.fromkeys(CHANCE, 0.0))


def test_histories_see_all_that_can_happen() -> None:
    """A simulator that never gets far would find nothing: every outcome is met, and every fault strikes."""
    seen: set[Outcome | None] = set()
    holds = strandings = repeated = 0
    fired: Counter[str] = Counter()
    for seed in range(600):
        history = simulate(seed)
        calls = history.calls.values()
        seen |= {outcome(call) for call in calls}
        holds += sum(call.holds for call in calls)
        strandings += sum(call.strandings for call in calls)
        repeated += sum(delivered.again for delivered in history.delivered)
        fired += history.fired
    assert seen - {None} == set(Outcome)
    assert min(holds, strandings, repeated) > 20
    assert {fault: fired[fault] for fault in {*MENU, "repeated"} if fired[fault] < 5} == {}


def test_a_broken_invariant_names_itself_and_the_seed() -> None:
    broken = Broken("r1_some_rule", "what is wrong", 7)
    assert str(broken) == "r1_some_rule: what is wrong (seed 7)"
    assert (broken.invariant, broken.seed) == ("r1_some_rule", 7)

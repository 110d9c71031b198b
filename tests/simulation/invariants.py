"""R1–R12 (`call-routing.md`) as checks on a history: what must hold after every step, and at the end.

Each check yields what is wrong; `check_step` and `check_end` raise. The checks know nothing of how Titus decides: they
compare what it stored and answered with the facts and with the world. R10 compares two histories: `test_histories.py`.
"""

from __future__ import annotations

from tests.simulation.history import History, Step
from tests.simulation.invariants_at_end import END_CHECKS
from tests.simulation.invariants_of_hunts import HUNT_CHECKS
from tests.simulation.invariants_of_offers import OFFER_CHECKS, r2_nobody_is_held_for_what_was_never_dialled
from tests.simulation.invariants_of_people import PEOPLE_CHECKS, r2_a_call_takes_nothing_from_another
from tests.simulation.invariants_of_steps import STEP_CHECKS

CHECKS_WITHOUT_CHANGE = (
    *STEP_CHECKS,
    r2_a_call_takes_nothing_from_another,
    r2_nobody_is_held_for_what_was_never_dialled,
)
CHECKS = (*STEP_CHECKS, *PEOPLE_CHECKS, *HUNT_CHECKS, *OFFER_CHECKS)
"""The others look at what a step changed: half of all steps, being repetitions, change nothing."""


class Broken(AssertionError):
    """An invariant does not hold. `seed` plays the history again."""

    def __init__(self, invariant: str, what: str, seed: int) -> None:
        super().__init__(f"{invariant}: {what} (seed {seed})")
        self.invariant = invariant
        self.seed = seed


def check_step(history: History, step: Step) -> None:
    """To be called before the step is added to the history."""
    for check in CHECKS if step.changes else CHECKS_WITHOUT_CHANGE:
        for what in check(history, step):
            raise Broken(check.__name__, what, history.seed)


def check_end(history: History) -> None:
    """To be called when the world is quiet and everything that was due is done."""
    for check in END_CHECKS:
        for what in check(history):
            raise Broken(check.__name__, what, history.seed)

"""A disk that fails or is full for some operations, and then loses power."""

from __future__ import annotations

from random import Random

from tests.faults.power.disk import Fault, Plan
from tests.faults.power.history import Survivor
from tests.faults.power.life import Habits, Life
from tests.faults.power.workload import Unit, units

FAULTS = (Fault.BROKEN, Fault.FULL)


def for_a_while(fault: Fault, first: int, times: int) -> Plan:
    """So many operations fail, from the `first` on."""
    return lambda count, kind: fault if first <= count < first + times else None


def play_failing(seed: int) -> None:
    """Raises `Broken` unless exactly what was told is stored: a unit of work that failed is not."""
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    work = units(seed)[: random.choice((10, 40, 80))]
    habits = Habits(checkpoint_at=random.choice((None, 1, 10)), together=random.choice((1, 3, 10)))
    plan = for_a_while(random.choice(FAULTS), random.randint(1, 15 * len(work)), random.choice((1, 2, 3, 8, 30)))
    Survivor(work).live(plan, random, habits)


def lived_through(work: list[Unit], plan: Plan, habits: Habits) -> Life:
    return Survivor(work).live(plan, Random(1), habits)  # noqa: S311

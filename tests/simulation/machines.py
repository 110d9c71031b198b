"""Runs Hypothesis's state machines the same way every time: no clock, no database of examples, no randomness."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def search(machine: Callable[[], RuleBasedStateMachine], examples: int, steps: int) -> None:
    """Looks for steps that fail, and shrinks them."""
    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]  # it takes functions too, and says so
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Counting on all cores."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor


def on_all_cores(part: Callable[[range], list[str]], count: int, batch: int) -> list[str]:
    """What `part` finds in the numbers 0 to `count`, taken `batch` at a time. `part` is a function of a module."""
    batches = [range(start, min(start + batch, count)) for start in range(0, count, batch)]
    with ProcessPoolExecutor() as pool:
        return [fault for faults in pool.map(part, batches) for fault in faults]

"""Counting on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

R = TypeVar("R")


def on_all_cores(part: Callable[[range], list[str]], count: int, batch: int) -> list[str]:
    """What `part` finds in the numbers 0 to `count`, taken `batch` at a time. `part` is a function of a module."""
    return [fault for faults in each_batch(part, count, batch) for fault in faults]


def each_batch(part: Callable[[range], R], count: int, batch: int) -> Iterator[R]:
    """What `part` makes of each batch, in order."""
    batches = [range(start, min(start + batch, count)) for start in range(0, count, batch)]
    with ProcessPoolExecutor() as pool:
        yield from pool.map(part, batches)

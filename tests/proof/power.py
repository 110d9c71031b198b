"""Power cuts under SQLite on a disk that keeps, loses and tears what was not synced; disks that fail or are full before
they lose power; and a real file system cut off under both databases. What was acknowledged is there afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.faults.power.failing import play_failing
from tests.faults.power.history import LIVES, Broken, play
from tests.faults.power.real_cuts import cut_again_and_again
from tests.faults.power.real_disk import why_not
from tests.proof.cores import on_all_cores

BATCH = 25
FAILING = 5
"""One failing disk for so many cuts."""

REAL = 50
"""One real cut of each database for so many."""

REAL_LIVES = 10


def run(count: int) -> list[str]:
    """`count` is how often power is cut under SQLite on the model of a disk."""
    histories = -(-count // LIVES)
    found = on_all_cores(partial(_histories, play), histories, BATCH)
    print(f"  {histories * LIVES:,} power cuts on the model of a disk, {len(found)} found", flush=True)
    failing = -(-count // FAILING)
    also = on_all_cores(partial(_histories, play_failing), failing, BATCH)
    print(f"  {failing:,} disks that failed or were full, then cut, {len(also)} found", flush=True)
    return [*found, *also, *_real_cuts(-(-count // REAL))]


def _histories(play_one: Callable[[int], None], seeds: range) -> list[str]:
    found = []
    for seed in seeds:
        try:
            play_one(seed)
        except Broken as broken:
            found.append(f"{play_one.__name__}({seed}): {broken}")
        except Exception as error:  # noqa: BLE001 (whatever happens is a finding, and its seed is what counts)
            found.append(f"{play_one.__name__}({seed}): {type(error).__name__}: {error}")
    return found


def _real_cuts(times: int) -> list[str]:
    if lacking := why_not():
        print(f"  no real power cuts: {lacking}", flush=True)
        return []
    disks = -(-times // REAL_LIVES)
    found = on_all_cores(_real_disks, 2 * disks, 1)
    print(f"  {disks * REAL_LIVES:,} real cuts of each database, {len(found)} found", flush=True)
    return found


def _real_disks(numbers: range) -> list[str]:
    """Even numbers are SQLite's, odd ones PostgreSQL's."""
    kinds = ("sqlite", "postgres")
    return [fault for number in numbers for fault in cut_again_and_again(kinds[number % 2], REAL_LIVES, number)]

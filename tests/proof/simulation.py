"""Histories of callers, people and faults, by their seeds; every invariant after every step."""

from __future__ import annotations

from tests.proof.cores import on_all_cores
from tests.simulation.invariants import Broken
from tests.simulation.simulator import simulate

BATCH = 500


def run(count: int) -> list[str]:
    return on_all_cores(histories, count, BATCH)


def histories(seeds: range) -> list[str]:
    faults = []
    for seed in seeds:
        try:
            simulate(seed)
        except Broken as broken:
            faults.append(str(broken))
        except Exception as error:  # noqa: BLE001 (whatever happens is a finding, and its seed is what counts)
            faults.append(f"{type(error).__name__}: {error} (seed {seed})")
    return faults

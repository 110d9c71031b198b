"""Mornings of 25 calls with every provider failing now and then: nothing that follows a call gets lost or misplaced."""

from __future__ import annotations

import asyncio
import logging

from tests.aftermath.checks import findings
from tests.aftermath.stage import Morning
from tests.proof.cores import on_all_cores

CALLS = 25


def run(count: int) -> list[str]:
    return on_all_cores(mornings, -(-count // CALLS), 10)


def mornings(seeds: range) -> list[str]:
    logging.disable(logging.ERROR)  # every fault is logged, and there are thousands
    return [found for seed in seeds for found in asyncio.run(_morning(seed))]


async def _morning(seed: int) -> list[str]:
    morning = Morning(seed)
    try:
        await morning.pass_by(CALLS)
        return [f"{found} (seed {seed})" for found in await findings(morning)]
    except Exception as error:  # noqa: BLE001 (whatever happens is a finding, and its seed is what counts)
        return [f"{type(error).__name__}: {error} (seed {seed})"]

"""50 power cuts lose nothing that was acknowledged and leave nothing by halves; a careless store is found out."""

from __future__ import annotations

from random import Random

import pytest

from tests.faults.power import careless
from tests.faults.power.history import LIVES, Broken, Survivor, play
from tests.faults.power.life import Habits, Prepare
from tests.faults.power.workload import units

CUTS = 51


@pytest.mark.parametrize("seed", range(CUTS // LIVES))
def test_nothing_acknowledged_is_lost_in_a_power_cut(seed: int) -> None:
    play(seed)


@pytest.mark.parametrize(
    "prepare",
    [
        careless.without_full_sync,
        careless.without_any_sync,
        careless.before_the_commit,
        careless.without_savepoints,
    ],
)
def test_a_careless_store_is_found_out(prepare: Prepare) -> None:
    assert any(breaks(seed, prepare) for seed in range(30))


def breaks(seed: int, prepare: Prepare) -> bool:
    try:
        play(seed, prepare)
    except Broken:
        return True
    return False


def test_a_day_without_faults_is_worked_off_and_kept() -> None:
    work = units(7)
    life = Survivor(work).live(lambda count, kind: None, Random(7), Habits(together=20))  # noqa: S311
    assert len(life.told) == len(work)
    assert life.told.count(True) > 0.8 * len(work)
    assert life.operations > 500

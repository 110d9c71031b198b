"""The disk fails at one operation, or is full for some, wherever that may be: what was told is stored, what failed is
not, and work goes on without a restart."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.faults.power.disk import Disk, Fault
from tests.faults.power.failing import for_a_while, lived_through
from tests.faults.power.life import NAME, Habits, on_disk, put
from tests.faults.power.reference import stored
from tests.faults.power.vfs import registered
from tests.faults.power.workload import units
from titus_adapters.sqlite.settings import SqliteSettings
from titus_core.calls.ports import CallTx
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.errors import Unavailable


@pytest.mark.parametrize(
    ("fault", "times", "habits"),
    [
        (Fault.BROKEN, 2, Habits(together=4)),
        (Fault.FULL, 5, Habits(together=4, checkpoint_at=1)),
    ],
)
def test_a_fault_at_every_operation(fault: Fault, times: int, habits: Habits) -> None:
    work = units(5)[:12]
    smooth = lived_through(work, lambda count, kind: None, habits)
    tried_again = 0
    for first in range(1, smooth.operations + 1):
        life = lived_through(work, for_a_while(fault, first, times), habits)
        tried_again += life.operations > smooth.operations
        if first + times < smooth.operations // 2:
            assert life.told[-4:] == smooth.told[-4:], first
    assert tried_again > smooth.operations / 5  # what fails in a checkpoint is left for the next one


@pytest.fixture
def empty(sqlite_template: Path) -> dict[str, bytes]:
    """A disk with all tables and no rows."""
    return {NAME: sqlite_template.read_bytes()}


@pytest.mark.parametrize("seed", range(20))
async def test_a_commit_that_failed_takes_no_later_one_along_though_titus_was_restarted(
    seed: int, tmp_path: Path, empty: dict[str, bytes]
) -> None:
    """The log that the failed process left holds a commit that is in memory only, and looks like any other."""
    fault: Fault | None = None
    disk = Disk(empty, lambda count, kind: fault if kind == "sync" else None, Random(seed))  # noqa: S311
    put(empty, tmp_path)
    with registered(disk) as vfs:
        stores = [on_disk(SqliteSettings(tmp_path / NAME), vfs, Habits()) for _ in range(2)]
        async with stores[0] as store:
            await store.transact(_set, "before")
            fault = Fault.BROKEN
            with pytest.raises(Unavailable):
                await store.transact(_set, "failed")
        fault = None
        async with stores[1] as store:
            await store.transact(_set, "after")
            disk.off = True
    put(disk.files(), tmp_path)
    kept = {row[0] for row in stored(tmp_path / NAME)["voice_settings"]}
    assert {"before", "after"} <= kept


async def _set(tx: CallTx, name: str) -> None:
    tx.voice_settings.set(name, "x", EPOCH)

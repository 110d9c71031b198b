"""The disk that loses power does to files what a real one may do, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import apsw
import pytest

from tests.faults.power.disk import SECTOR, Disk, Fault

OLD, NEW = b"o" * 3 * SECTOR, b"n" * 3 * SECTOR


def outcomes(act: Callable[[Disk], object], files: dict[str, bytes] | None = None) -> list[dict[str, bytes]]:
    """What is left of this in a hundred power cuts."""
    found = []
    for seed in range(100):
        disk = Disk(files if files is not None else {"file": OLD}, lambda count, kind: None, Random(seed))  # noqa: S311
        act(disk)
        found.append(disk.files())
    return found


def test_what_was_synced_is_kept() -> None:
    def act(disk: Disk) -> None:
        disk.write("file", 0, NEW)
        disk.sync("file")

    assert all(files == {"file": NEW} for files in outcomes(act))


def test_what_was_not_synced_is_kept_lost_or_torn_sector_by_sector() -> None:
    found = [files["file"] for files in outcomes(lambda disk: disk.write("file", SECTOR // 2, NEW[: 2 * SECTOR]))]
    assert OLD in found
    assert any(b"n" * 2 * SECTOR in file for file in found)
    first, second = slice(SECTOR // 2, SECTOR), slice(SECTOR, 2 * SECTOR)
    assert any(file[first] == OLD[first] and file[second] == NEW[second] for file in found)
    assert any(set(file[second]) > {ord("n")} for file in found), "some sector holds anything"
    assert all(file[: first.start] == OLD[: first.start] for file in found), "what was not written stays"


def test_a_file_grows_and_shrinks_only_for_sure_with_a_sync() -> None:
    longer = {len(files["file"]) for files in outcomes(lambda disk: disk.write("file", len(OLD) + 100, b"n"))}
    shorter = {len(files["file"]) for files in outcomes(lambda disk: disk.truncate("file", 10))}
    assert longer == {len(OLD), len(OLD) + 101}
    assert shorter == {len(OLD), 10}


def test_a_new_file_is_there_for_sure_when_its_folder_was_synced() -> None:
    def act(disk: Disk, *, syncs_folder: bool) -> None:
        disk.opened("log", syncs_folder=syncs_folder)
        disk.write("log", 0, NEW)
        disk.sync("log")

    assert all(files == {"log": NEW} for files in outcomes(lambda disk: act(disk, syncs_folder=True), {}))
    assert {"log" in files for files in outcomes(lambda disk: act(disk, syncs_folder=False), {})} == {True, False}


def test_a_deleted_file_may_come_back() -> None:
    assert {"file" in files for files in outcomes(lambda disk: disk.delete("file", synced=False))} == {True, False}
    assert {"file" in files for files in outcomes(lambda disk: disk.delete("file", synced=True))} == {False}


def test_after_a_failed_sync_the_next_one_says_nothing_of_what_was_lost() -> None:
    disk = Disk({"file": OLD}, lambda count, kind: Fault.BROKEN if count == 2 else None, Random(4))  # noqa: S311
    disk.write("file", 0, NEW)
    with pytest.raises(apsw.IOError):
        disk.sync("file")
    disk.sync("file")
    assert disk.files()["file"] != NEW


def test_after_a_cut_nothing_reaches_the_disk() -> None:
    disk = Disk({"file": OLD}, lambda count, kind: Fault.CUT if count == 1 else None, Random(1))  # noqa: S311
    for _ in range(2):
        with pytest.raises(apsw.IOError):
            disk.sync("file")
    with pytest.raises(apsw.IOError):
        disk.write("file", 0, NEW)
    assert disk.files() == {"file": OLD}

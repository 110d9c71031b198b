"""Callers by the hundred through real servers that are killed while they ring in. The long count is `make proof`."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.faults.live.acts import Script
from tests.faults.live.figures import Figures, proved

CALLS, AFTERWARDS, KILLS = 300, 60, 2
SLOWLY = 0.2
"""Callers in a second of the world, so that most hunts come to their end between two kills."""


async def test_no_call_is_lost_when_the_server_on_sqlite_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _told(await proved(_script(11, f"sqlite:///{tmp_path / 'titus.db'}", tmp_path)), capsys)


async def test_no_call_is_lost_when_one_of_two_servers_on_postgresql_is_killed(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _told(await proved(_script(12, postgres_url, tmp_path, servers=2)), capsys)


async def test_nothing_that_follows_calls_is_lost_when_the_server_on_sqlite_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = _script(13, f"sqlite:///{tmp_path / 'titus.db'}", tmp_path)
    _told(await proved(replace(script, calls=AFTERWARDS, afterwards=True, per_second=SLOWLY)), capsys)


async def test_nothing_that_follows_calls_is_lost_when_a_server_or_worker_on_postgresql_is_killed(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = _script(14, postgres_url, tmp_path, servers=2)
    _told(await proved(replace(script, calls=AFTERWARDS, workers=2, afterwards=True, per_second=SLOWLY)), capsys)


def _script(seed: int, database: str, folder: Path, servers: int = 1) -> Script:
    return Script(
        seed=seed,
        calls=CALLS,
        kills=KILLS,
        database=database,
        folder=folder,
        servers=servers,
        per_second=1.5,
        speed=25.0,
    )


def _told(figures: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("", *figures.lines, sep="\n  ")  # noqa: T201 (the issue wants them printed)
    assert figures.faults == []

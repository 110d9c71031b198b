"""Many conversations end at once, beside callers who are hunted for: all are kept, each with its call, each once. How
long callers wait meanwhile is measured by `make proof PART=storm`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.storm.figures import proved
from tests.faults.storm.run import Script


async def test_a_storm_of_posts_is_kept_whole_by_a_server_on_sqlite(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await _kept(_script(f"sqlite:///{tmp_path / 'titus.db'}", tmp_path), capsys)


async def test_a_storm_of_posts_is_kept_whole_by_two_servers_and_a_worker_on_postgresql(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await _kept(_script(postgres_url, tmp_path, servers=2, workers=1), capsys)


def _script(database: str, folder: Path, servers: int = 1, workers: int = 0) -> Script:
    return Script(
        seed=1,
        posts=40,
        seconds=3.0,
        callers=8,
        calm=1.0,
        database=database,
        folder=folder,
        servers=servers,
        workers=workers,
    )


async def _kept(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    figures = await proved(script)
    with capsys.disabled():
        print("", *figures.lines, sep="\n  ")  # noqa: T201 (what `make proof` judges is good to see)
    assert figures.found == []

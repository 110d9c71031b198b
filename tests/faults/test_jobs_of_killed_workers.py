"""A worker that is killed in the middle of its jobs loses none of them: each is done, and what was begun is counted."""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.job_worker import a_store, happen

JOBS = 40
KILLS = 2


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> str:
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    path: Path = request.getfixturevalue("tmp_path") / "titus.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return str(path)


async def test_each_job_of_killed_workers_is_done(place: str, tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.touch()
    async with a_store(place) as store:
        await happen(store, *(f"CA{number}" for number in range(JOBS)))
    for _ in range(KILLS):
        worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.faults.job_worker", place, lines)
        try:
            await _grown(lines, by=random.randrange(5, 12))  # noqa: S311 (any place is good)
        finally:
            worker.kill()
            await worker.wait()
    worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.faults.job_worker", place, lines)
    try:
        await _until(lambda: len(_done(lines)) == JOBS)
        await asyncio.sleep(0.5)
    finally:
        worker.kill()
        await worker.wait()
    began = [line.split()[1:] for line in _lines(lines) if line.startswith("began")]
    again = [int(tries) for _, tries in began if int(tries) > 1]
    assert len(began) > JOBS, "no worker was killed in the middle of a job"
    assert len(again) >= len(began) - JOBS
    async with a_store(place) as store:
        left = (await store.jobs.jobs(None, 100, None)).items
    assert left == ()


async def _grown(lines: Path, by: int) -> None:
    before = len(_lines(lines))
    await _until(lambda: len(_lines(lines)) >= before + by)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.005)


def _done(lines: Path) -> set[str]:
    return {line.split()[1] for line in _lines(lines) if line.startswith("done")}


def _lines(lines: Path) -> list[str]:
    return lines.read_text().splitlines()

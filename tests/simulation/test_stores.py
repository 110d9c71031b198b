"""The same seeds and scenarios on real databases: every invariant holds there too, and history, answers and state are
those of the store in memory. SQLite has one process and one writer; on PostgreSQL two processes race."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.simulation.comparing import differences
from tests.simulation.crashing import AFTERS, crashes
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.store_premises import StorePremises, postgres_premises, sqlite_premises
from titus_adapters.sqlite.settings import SqliteSettings

EVERY = 30
"""Each boundary of each scenario takes a minute; `make proof PART=stores` does it."""


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[StorePremises]:
    path = tmp_path / "titus.db"
    shutil.copy(sqlite_template, path)
    with sqlite_premises(SqliteSettings(path)) as premises:
        yield premises


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[StorePremises]:
    with postgres_premises(postgres_url) as premises:
        yield premises


@pytest.mark.parametrize("batch", range(4))
def test_histories_on_sqlite_are_those_of_the_model(on_sqlite: StorePremises, batch: int) -> None:
    assert [*differences(range(batch * 50, batch * 50 + 50), on_sqlite)] == []


@pytest.mark.parametrize("batch", range(4))
def test_histories_on_postgresql_are_those_of_the_model(on_postgres: StorePremises, batch: int) -> None:
    assert [*differences(range(batch * 25, batch * 25 + 25), on_postgres)] == []


def test_crashes_on_sqlite(on_sqlite: StorePremises) -> None:
    assert faults(on_sqlite.fresh) == {}


def test_crashes_on_postgresql(on_postgres: StorePremises) -> None:
    assert faults(on_postgres.fresh) == {}


def faults(fresh: Callable[[], StorePremises]) -> dict[str, list[str]]:
    """What is wrong, by scenario; one way for the provider to go on after another."""
    ways = list(AFTERS.values())
    found = {
        name: [fault for fault in crashes(scenario, ways[number % len(ways)], fresh, every=EVERY) if fault]
        for number, (name, scenario) in enumerate(SCENARIOS.items())
    }
    return {name: wrong for name, wrong in found.items() if wrong}

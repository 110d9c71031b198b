"""A killed server is ready again soon. The times are printed; the long count with its limit is `make proof`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fill import fill
from tests.proof.restart import restarts

CALLS, TIMES = 1000, 1


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_killed_server_serves_again(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "titus.db"
    where = str(path) if kind == "sqlite" else request.getfixturevalue("postgres_url")
    fill(where, CALLS)
    seconds = await restarts(f"sqlite:///{path}" if kind == "sqlite" else where, tmp_path, TIMES)
    with capsys.disabled():
        print(f"\n  {kind}, {CALLS:,} calls stored: ready after {max(seconds):.2f} s")  # noqa: T201 (not asserted)
    assert len(seconds) == TIMES

"""What follows a call, with every provider failing now and then. `make proof PART=aftermath` plays 10,000 calls."""

from __future__ import annotations

import shutil
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.aftermath.checks import findings
from tests.aftermath.places import Place, in_memory, on_postgres, on_sqlite
from tests.aftermath.stage import Morning
from titus_core.messaging.model import Purpose


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opening(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Place]:
    match request.param:
        case "memory":
            return in_memory()
        case "sqlite":
            file: Path = request.getfixturevalue("tmp_path") / "titus.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
            return on_sqlite(file)
        case _:
            return on_postgres(request.getfixturevalue("postgres_url"))


async def test_all_that_follows_calls_is_with_the_right_ones(opening: AbstractAsyncContextManager[Place]) -> None:
    async with opening as place:
        morning = Morning(place, seed=0)
        books = await morning.pass_by(20)
    assert findings(books) == []
    assert morning.weather.fired
    assert {message.purpose for message in books.messages} == {Purpose.MISSED_CALL, Purpose.NOTICE}
    assert any(transcript.summary for transcript in books.transcripts.values())

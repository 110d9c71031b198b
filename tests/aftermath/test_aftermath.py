"""What follows a call, with every provider failing now and then. `make proof PART=aftermath` plays 10,000 calls."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from tests.aftermath.checks import findings
from tests.aftermath.places import Place
from tests.aftermath.stage import Morning
from titus_core.messaging.model import Purpose


async def test_all_that_follows_calls_is_with_the_right_ones(opening: AbstractAsyncContextManager[Place]) -> None:
    async with opening as place:
        morning = Morning(place, seed=0)
        books = await morning.pass_by(20)
    assert findings(books) == []
    assert morning.weather.fired
    assert {message.purpose for message in books.messages} == {Purpose.MISSED_CALL, Purpose.NOTICE}
    assert any(transcript.summary for transcript in books.transcripts.values())

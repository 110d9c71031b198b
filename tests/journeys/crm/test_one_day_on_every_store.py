"""Today's web client cannot tell which store is behind."""

from __future__ import annotations

import httpx

from tests.journeys.crm.script import play


async def test_a_day_of_the_office_is_answered_alike(client: httpx.AsyncClient, model: httpx.AsyncClient) -> None:
    expected = await play(model)
    told = await play(client)
    assert told == expected
    assert all(status != 500 for status, *_ in told)
    assert len(told) > 60

"""A client that cannot tell which store is behind."""

from __future__ import annotations

import httpx
import pytest

from tests.contracts.records.backends import Memory
from tests.journeys.records.conftest import signed_in
from tests.journeys.records.script import play


async def test_the_same_script_is_answered_alike(client: httpx.AsyncClient, request: pytest.FixtureRequest) -> None:
    model = Memory(request)
    await model.open()
    async with signed_in(model) as other:
        expected = await play(other)
    told = await play(client)
    assert told == expected
    assert all(status != 500 for status, *_ in told)

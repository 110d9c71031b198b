"""Somebody reads a long list while the store behind it is changed for another one, page after page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from tests.contracts.records.backends import OFFICES
from tests.contracts.records.office import BORN, Office, rec
from tests.journeys.records.conftest import signed_in
from titus_core.records.catalogue import Catalogue
from titus_core.records.model import Record
from titus_core.records.values import read

PEOPLE = "/api/records/allPeople"
MANY = 43

QUESTIONS: dict[str, dict[str, Any]] = {
    "as they come": {},
    "by a number, empty ones first": {"sort": "score,-firstName"},
    "by an option, last first": {"sort": "-status"},
    "by a time": {"sort": "seen,-score"},
    "some of them, by a truth": {
        "sort": "agreed",
        "filter": json.dumps({"op": "not", "of": {"op": "contains", "field": "firstName", "text": "b"}}),
    },
}


@pytest.fixture
def closed(request: pytest.FixtureRequest) -> dict[str, Office]:
    """Every kind of store. Databases are made outside any event loop."""
    return {name: make(request) for name, make in OFFICES.items() if name != "shadow"}


@pytest.fixture
async def clients(closed: dict[str, Office]) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A client of each, with the same people in all of them."""
    async with AsyncExitStack() as stack:
        for office in closed.values():
            await office.open()
            stack.push_async_callback(office.close)
            table = office.catalogue.named("allPeople")
            await office.plant({table.id: people(office.catalogue)})
        yield {name: await stack.enter_async_context(signed_in(office)) for name, office in closed.items()}


def people(catalogue: Catalogue) -> list[Record]:
    """Many are alike in what they are sorted by."""
    table = catalogue.named("allPeople")
    records = []
    for number in range(MANY):
        told = {
            "firstName": ("Ann", "bob", "Émile", None, "Zoe", "O'Brien")[number % 6],
            "score": (None, 0, -1, 2.5, 10)[number % 5],
            "status": ("Zebra", None, "active", "On hold, for now")[number % 4],
            "seen": None if number % 7 == 0 else f"2026-11-{1 + number % 3:02}T23:30:00.00{number % 2}Z",
            "agreed": number % 3 == 0,
        }
        cells = {table.named(word).id: read(table.named(word), cell) for word, cell in told.items()}
        held = {field: cell for field, cell in cells.items() if cell is not None}
        records.append(
            Record(
                id=rec(f"P{number * 7919 % 1000:03}"), created_time=BORN, fields=held, modified_time=BORN, version="1"
            )
        )
    return records


async def page(client: httpx.AsyncClient, asked: dict[str, Any], cursor: str | None) -> tuple[list[str], str | None]:
    answer = await client.get(PEOPLE, params=asked | ({"cursor": cursor} if cursor else {}))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return [item["id"] for item in told["items"]], told["next"]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_the_rest_of_a_list_comes_from_whichever_store_is_there(
    clients: dict[str, httpx.AsyncClient], question: str
) -> None:
    asked = QUESTIONS[question] | {"fields": "firstName"}
    whole, rest = await page(clients["memory"], asked | {"limit": 100}, None)
    assert rest is None
    names = list(clients)
    for first in range(len(names)):
        found: list[str] = []
        cursor, place = None, first
        while place == first or cursor is not None:
            ids, cursor = await page(clients[names[place % len(names)]], asked | {"limit": 4}, cursor)
            found += ids
            place += 1
        assert found == whole
        assert place - first > len(names)


async def test_an_altered_cursor_is_refused_by_every_store(clients: dict[str, httpx.AsyncClient]) -> None:
    _, cursor = await page(clients["airtable"], {"limit": 4}, None)
    assert cursor is not None
    middle = len(cursor) // 2
    altered = cursor[:middle] + ("A" if cursor[middle] != "A" else "B") + cursor[middle + 1 :]
    for client in clients.values():
        for asked in (
            {"limit": "4", "cursor": altered},
            {"limit": "4", "cursor": cursor[:-4]},
            {"limit": "4", "cursor": cursor, "sort": "score"},
        ):
            answer = await client.get(PEOPLE, params=asked)
            assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (400, "malformed")

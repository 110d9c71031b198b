"""Airtable does what it is asked, and nobody hears of it: the write stays open until a look tells what became of it,
and nothing of it is told as not done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable

import httpx
import pytest

from tests.contracts.records.backends import Airtable, Line
from tests.contracts.records.office import Desk
from tests.contracts.records.test_attachments import attach, files
from tests.journeys.records.conftest import signed_in
from titus_core.kernel.errors import Unavailable
from titus_core.records.ports import JournalEntry, WriteState
from titus_core.records.settle_writes import SETTLES_AFTER, SettleWrites
from titus_core.records.settling import NOT_DONE


class Lossy(Line):
    """The answer to the request of this number, the first being 1, gets lost, and so do those of `more` after it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        super().__init__(inner)
        self._lost = range(0)
        self._count = 0

    def lose(self, number: int, more: int = 0) -> None:
        self._count, self._lost = 0, range(number, number + more + 1)

    def lose_nothing(self) -> None:
        self._lost = range(0)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        self._count += 1
        if self._count in self._lost:
            raise httpx.ReadTimeout("no answer", request=request)
        return response


class House(Airtable):
    """A base whose answers may get lost."""

    def _begin(self) -> None:
        self.line = self.lossy = Lossy(self.line)
        super()._begin()
        self.stock = Desk(self, "stock")

    def entries(self) -> list[JournalEntry]:
        return list(self.storage._state.record_writes.values())

    async def unsure(self, writing: Awaitable[object]) -> None:
        with pytest.raises(Unavailable) as told:
            await writing
        assert told.value.data["unsure"] is True
        assert self.entries()[-1].state is WriteState.OPEN

    async def settled(self) -> JournalEntry:
        await self.pass_time(SETTLES_AFTER.total_seconds() + 1)
        reader = self.storage.reader
        await SettleWrites(self.remote, self.storage, reader, self.clock, reader)()
        return self.entries()[-1]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    await house.open()
    yield house
    await house.close()


async def test_a_record_whose_making_nobody_heard_of_is_found_and_told(house: House) -> None:
    house.lossy.lose(1)
    await house.unsure(house.stock.create({"item": "rice"}))
    entry = await house.settled()
    assert (entry.state, len(entry.ids)) == (WriteState.DONE, 1)
    assert await house.stock.ids() == list(entry.ids)


async def test_of_several_requests_one_of_which_nobody_heard_none_is_told_as_not_done(house: House) -> None:
    """Twenty-five records are three requests: the first is answered, the second is not, the third is never made."""
    house.lossy.lose(2)
    await house.unsure(house.stock.create(*({"item": f"item {number}"} for number in range(25))))
    entry = await house.settled()
    assert (entry.state, entry.reason) == (WriteState.PARTLY, NOT_DONE)
    assert sum(one is not None for one in entry.ids) == len(await house.stock.ids()) == 20


async def test_a_change_of_which_nobody_heard_is_found(house: House) -> None:
    made = await house.stock.one(item="a")
    house.lossy.lose(2)  # what was there before is read first
    await house.unsure(house.stock.change(made.id, left=3))
    assert (await house.settled()).state is WriteState.DONE
    assert (await house.stock.get(made.id)).fields[house.stock.id("left")] == 3


async def test_a_file_that_came_in_is_not_told_as_refused(house: House) -> None:
    """It lies there, and its record cannot be read for a while."""
    people = Desk(house, "allPeople")
    made = await people.one(firstName="Ann")
    house.lossy.lose(3, more=9)
    await house.unsure(attach(people, made.id))
    house.lossy.lose_nothing()
    assert (await house.settled()).state is WriteState.DONE
    assert len(files(people, await people.get(made.id))) == 1


async def test_whoever_asks_again_under_the_same_key_gets_the_record_and_makes_no_other(house: House) -> None:
    async with signed_in(house) as client:
        body, key = {"fields": {"item": "rice"}}, {"Idempotency-Key": "once"}
        house.lossy.lose(1)
        lost = await client.post("/api/records/stock", json=body, headers=key)
        assert (lost.status_code, lost.json()["unsure"]) == (503, True)
        early = await client.post("/api/records/stock", json=body, headers=key)
        assert (early.status_code, "no end yet" in early.json()["error"]) == (409, True)
        (made,) = (await house.settled()).ids
        again = await client.post("/api/records/stock", json=body, headers=key)
        assert (again.status_code, again.json()["id"]) == (201, made)
        assert await house.stock.ids() == [made]

"""A store of records beside the one that answers: its ids, its errors and its slowness."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest
from msgspec.structs import replace

from tests.contracts.records.backends import Airtable, Shadow, Sqlite
from tests.contracts.records.formulas import Joining
from tests.contracts.records.office import ANN, Desk
from titus_adapters.aside import TaskAside
from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import Query, RecordPage
from titus_core.records.shadow.candidate import RowsCandidate
from titus_core.records.shadow.findings import Findings
from titus_core.records.shadow.model import Mirrored, What
from titus_core.records.shadow.store import ShadowRecords


@pytest.fixture
def closed_shadow(request: pytest.FixtureRequest) -> Shadow:
    return Shadow(request)


@pytest.fixture
async def shadow(closed_shadow: Shadow) -> AsyncIterator[Shadow]:
    await closed_shadow.open()
    yield closed_shadow
    await closed_shadow.let_go()


async def test_a_planted_difference_is_told_by_its_place(shadow: Shadow) -> None:
    stock = Desk(shadow, "stock")
    made = await stock.one(item="a", left=1)
    await shadow.tallies()
    other = replace(made, fields={**made.fields, **stock.cells(left=2)})
    await shadow.candidate.mirror(Mirrored(stock.table.id, ANN, (other,)))
    assert await stock.get(made.id) == made
    assert (await shadow.tallies())[What.CELL] == 1
    tallies = await shadow.reader.record_tallies()
    (cell,) = (one for one in tallies if one.what is What.CELL)
    assert (cell.table, cell.field, cell.records) == (stock.table.id, stock.id("left"), (made.id,))


class Hanging:
    """`shadow.ports.Candidate` that never answers."""

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        await asyncio.Event().wait()
        raise AssertionError

    async def query(self, query: Query) -> RecordPage:
        await asyncio.Event().wait()
        raise AssertionError

    async def mirror(self, mirrored: Mirrored) -> None:
        await asyncio.Event().wait()


async def test_a_candidate_that_hangs_is_felt_by_nobody(shadow: Shadow) -> None:
    shadow.aside = TaskAside(patience=0.05)
    shadow.store = ShadowRecords(shadow.primary, Hanging(), shadow.aside, shadow.findings, shadow.reader)
    stock = Desk(shadow, "stock")
    async with asyncio.timeout(5):
        for number in range(20):
            made = await stock.one(item=f"{number}")
            assert await stock.get(made.id) == made
        assert (await shadow.tallies()) == {What.LATE: 40}


@pytest.fixture
def closed_airtable(request: pytest.FixtureRequest) -> tuple[Airtable, Sqlite]:
    return Airtable(request), Sqlite(request)


async def test_records_that_airtable_numbers_have_the_same_ids_beside_it(
    closed_airtable: tuple[Airtable, Sqlite],
) -> None:
    airtable, sqlite = closed_airtable
    await airtable.open()
    await sqlite.open()
    storage, aside = MemoryStore(catalogue=airtable.catalogue), TaskAside()
    findings = Findings(storage, ManualClock())
    candidate = RowsCandidate(sqlite.storage, sqlite.reader, ManualClock(), sqlite.reader, Joining())
    primary, airtable.store = airtable.store, None  # type: ignore[assignment]
    airtable.store = ShadowRecords(  # type: ignore[assignment]
        primary, candidate, aside, findings, storage.reader, pause=0.001
    )
    people, homes = Desk(airtable, "allPeople"), Desk(airtable, "homes")
    home = await homes.one(home="Banksia", address="1 Wattle St")
    person = await people.one(firstName="Ann", lastName="Low", home=[home.id], tags=["Admin", "A, B"], score=1.5)
    await homes.get(home.id)
    await people.get(person.id)
    await aside.drain()
    (beside,) = await sqlite.reader.records(people.table.id, [person.id])
    words = ("fullName", "firstName", "home", "homeAddress", "tags", "score", "number")
    assert people.told(beside, *words) == people.told(person, *words)
    (there,) = await sqlite.reader.records(homes.table.id, [home.id])
    assert homes.told(there, "residents", "howMany") == {"residents": [person.id], "howMany": 1}
    await findings.keep()
    counted: Counter[What] = Counter()
    for tally in await storage.reader.record_tallies():
        counted[tally.what] += tally.count
    assert counted == {What.MIRRORED: 2, What.COMPARED: 2}
    await aside.close()
    await airtable.close()
    await sqlite.close()

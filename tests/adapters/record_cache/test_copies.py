"""What a copy in front of Airtable costs, shows and hides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from tests.contracts.records.backends import MAX_AGE, CachedAirtable
from tests.contracts.records.office import ANN, Desk, all_pages
from titus_adapters.record_cache.store import CachedRecords
from titus_core.kernel.errors import Unavailable
from titus_core.records.note_changes import NoteChanges
from titus_core.records.ports import Delete, Query, Removal

ROSTERS = 1000
VISITORS = 50


@pytest.fixture
async def office() -> AsyncIterator[CachedAirtable]:
    office = CachedAirtable()
    await office.open()
    yield office
    await office.close()


@pytest.fixture
def stock(office: CachedAirtable) -> Desk:
    return Desk(office, "stock")


def asked(office: CachedAirtable) -> int:
    return len(office.sandbox.requests)


async def plant_rosters(office: CachedAirtable, stock: Desk) -> None:
    rows = [
        {"id": f"rec{place:014}", "createdTime": "2026-01-05T01:02:03.000Z", "fields": {stock.id("batch"): place}}
        for place in range(ROSTERS)
    ]
    office.sandbox.bases[0].load(stock.table.id, rows)
    office.cached.forget()


async def listed(office: CachedAirtable, query: Query) -> list[str]:
    return [record.id async for page in all_pages(office, query) for record in page]


async def test_fifty_visitors_who_list_a_thousand_rosters_cost_one_refresh(office: CachedAirtable, stock: Desk) -> None:
    await plant_rosters(office, stock)
    before = asked(office)
    seen = await asyncio.gather(*(listed(office, stock.asking()) for _ in range(VISITORS)))
    assert all(len(set(one)) == ROSTERS for one in seen)
    assert asked(office) - before == ROSTERS / 100
    assert {one.status for one in office.sandbox.requests} == {200}


async def test_a_page_says_of_when_it_is(office: CachedAirtable, stock: Desk) -> None:
    await stock.one(item="a")
    read_at = office.clock.now()
    assert (await office.store.query(stock.asking())).as_of == read_at
    office.clock.advance(30)
    assert (await office.store.query(stock.asking())).as_of == read_at
    office.clock.advance(MAX_AGE.total_seconds())
    assert (await office.store.query(stock.asking())).as_of == office.clock.now()


async def test_who_wrote_sees_it_at_once_and_without_asking(office: CachedAirtable, stock: Desk) -> None:
    await stock.ids()
    made = await stock.one(item="a")
    before = asked(office)
    assert await stock.ids() == [made.id]
    assert asked(office) == before
    await office.store.write(Delete(table=stock.table.id, by=ANN, items=(Removal(made.id),)))
    assert await stock.ids() == []


async def test_a_write_that_comes_while_a_copy_is_read_is_in_what_is_read_next(
    office: CachedAirtable, stock: Desk
) -> None:
    reading = asyncio.create_task(stock.ids())
    await asyncio.sleep(0)
    made = await stock.one(item="a")
    await reading
    assert await stock.ids() == [made.id]


async def test_a_write_of_which_nobody_knows_what_it_did_makes_the_copy_no_good(
    office: CachedAirtable, stock: Desk
) -> None:
    await stock.ids()
    office.line.down = True
    with pytest.raises(Unavailable):
        await stock.one(item="a")
    office.line.down = False
    before = asked(office)
    await stock.ids()
    assert asked(office) == before + 1


async def test_links_show_on_the_other_side_at_once(office: CachedAirtable) -> None:
    people, homes = Desk(office, "allPeople"), Desk(office, "homes")
    await homes.ids()
    home = await homes.one(home="Banksia")
    person = await people.one(home=[home.id])
    (told,) = (await office.store.query(homes.asking())).records
    assert told.fields[homes.id("residents")] == (person.id,)


async def test_an_outage_is_told_with_the_age_of_what_is_known_and_nothing_old_is_shown(
    office: CachedAirtable, stock: Desk
) -> None:
    await stock.one(item="a")
    await stock.ids()
    await office.cut()
    with pytest.raises(Unavailable) as refused:
        await stock.ids()
    assert refused.value.data["age_seconds"] == 61
    office.cached.forget()
    await office.mend()
    assert len(await stock.ids()) == 1


async def test_an_outage_before_anything_is_known_has_no_age(office: CachedAirtable, stock: Desk) -> None:
    await office.cut()
    with pytest.raises(Unavailable) as refused:
        await stock.ids()
    assert "age_seconds" not in refused.value.data


async def test_a_young_copy_outlasts_a_short_outage_and_says_how_old_it_is(office: CachedAirtable, stock: Desk) -> None:
    made = await stock.one(item="a")
    await stock.ids()
    read_at = office.clock.now()
    office.line.down = True
    office.clock.advance(MAX_AGE.total_seconds())
    page = await office.store.query(stock.asking())
    assert ([one.id for one in page.records], page.as_of) == ([made.id], read_at)


async def test_who_goes_away_takes_nobodys_answer_along(office: CachedAirtable, stock: Desk) -> None:
    one, other = asyncio.create_task(stock.ids()), asyncio.create_task(stock.ids())
    await asyncio.sleep(0)
    one.cancel()
    assert await other == []
    assert asked(office) == 1


async def test_a_table_that_is_too_large_for_a_copy_is_asked_page_for_page(office: CachedAirtable, stock: Desk) -> None:
    reader = office.storage.reader
    small = CachedRecords(office.journalled, office.remote, reader, office.clock, reader, MAX_AGE, most=300)
    await plant_rosters(office, stock)
    page = await small.query(stock.asking())
    assert (len(page.records), page.as_of) == (100, None)
    again = await small.query(replace(stock.asking(), after=page.next))
    assert again.records[0].id > page.records[-1].id


async def test_what_others_changed_is_read_when_it_was_heard_of(office: CachedAirtable, stock: Desk) -> None:
    homes = Desk(office, "homes")
    note = NoteChanges(office.store, office.storage, office.clock, office.storage.reader)
    made = await stock.one(item="a")
    await note()
    office.clock.advance(1)
    await stock.ids()
    await homes.ids()
    office.sandbox.bases[0].update(stock.table.id, made.id, {"Item": "b"})
    assert (await office.store.query(stock.asking())).records == (made,)
    office.clock.advance(1)
    await note()
    before = asked(office)
    (told,) = (await office.store.query(stock.asking())).records
    assert told.fields[stock.id("item")] == "b"
    await homes.ids()
    assert asked(office) == before + 1

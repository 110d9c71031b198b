"""`RecordStore.get` and `query`: records in one form, pages that are whole, and refusals."""

from __future__ import annotations

import pytest

from tests.contracts.records.office import BORN, Desk, Office, all_pages, rec
from titus_core.kernel.errors import Invalid
from titus_core.records.errors import UnknownField, UnknownTable
from titus_core.records.model import FieldId, RecordId, TableId
from titus_core.records.ports import MOST_AT_ONCE, Query
from titus_core.records.sorting import Place, Sort

EVERYTHING = {
    "firstName": "Zoë “Ngā”  O’Brien ",
    "lastName": "李 🦘\\ \"quoted\" 'q' %_ {x}",
    "notesAndMore": " two\r\n\nlines\t\x01 ",
    "story": "**bold**\n",
    "eMail": "zoe at example.org",
    "mobile": "0491 570 006",
    "web": "example.org",
    "status": "On hold, for now",
    "tags": ["A, B", "Admin"],
    "dateOfBirth": "2026-02-28",
    "seen": "2026-02-25T13:30:00.123Z",
    "seenUtc": "1969-12-31T23:59:59.999Z",
    "score": 0,
    "rate": -12345.678,
    "share": 0.123,
    "took": 90.5,
    "stars": 5,
    "agreed": True,
    "badge": {"text": "01234567", "type": "upce"},
    "doorCode": "1234",
}


async def test_what_was_written_is_read_as_it_was(people: Desk) -> None:
    made = await people.one(**EVERYTHING)
    assert people.told(made) == EVERYTHING
    assert people.told(await people.get(made.id)) == EVERYTHING
    (listed,) = (await people.office.store.query(people.asking())).records
    assert listed == await people.get(made.id)


async def test_numbers_are_whole_where_they_are_and_exact_where_they_are_not(stock: Desk) -> None:
    told = [0, 1.5, 0.1 + 0.2, 2**53, -(2**53), 1e22, 5e-324, 1e300, 12.0]
    made = await stock.create(*({"batch": number} for number in told))
    found = [(await stock.get(one.id)).fields[stock.id("batch")] for one in made]
    assert found == told
    assert [type(number) for number in found] == [int, float, float, int, int, float, float, float, int]


async def test_empty_cells_are_absent_and_checkboxes_never_are(people: Desk) -> None:
    empties: dict[str, object] = {
        "firstName": "",
        "tags": [],
        "home": [],
        "score": None,
        "status": None,
        "agreed": None,
        "files": [],
    }
    made = await people.one(lastName="Low", **empties)
    found = await people.get(made.id)
    assert people.told(found) == {"lastName": "Low"}
    assert found.fields[people.id("agreed")] is False
    assert not {people.id(word) for word in empties if word != "agreed"} & set(found.fields)


async def test_records_are_told_in_the_order_asked_for_without_those_that_are_not_there(stock: Desk) -> None:
    ids = [await stock.plant(word, item=word) for word in ("b", "a", "C")]
    found = await stock.office.store.get(stock.table.id, [ids[1], rec("x"), ids[2], ids[0]])
    assert [one.id for one in found] == [ids[1], ids[2], ids[0]]
    assert [one.created_time for one in found] == [BORN] * 3
    assert await stock.office.store.get(stock.table.id, []) == ()


async def test_a_record_of_another_table_is_not_told(stock: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    assert await stock.office.store.get(stock.table.id, [home.id]) == ()


async def test_ids_that_are_none_are_not_there(stock: Desk) -> None:
    await stock.one(item="x")
    for odd in ("", "rec", "x' OR 1=1 --", "rec" + "é" * 14, "tbl00000000000000"):
        assert await stock.office.store.get(stock.table.id, [RecordId(odd)]) == ()


async def test_no_more_than_a_page_of_ids_is_looked_up(stock: Desk) -> None:
    ids = [rec(f"n{number}") for number in range(MOST_AT_ONCE + 1)]
    assert await stock.office.store.get(stock.table.id, ids[:-1]) == ()
    with pytest.raises(Invalid, match="ids"):
        await stock.office.store.get(stock.table.id, ids)


async def test_an_empty_table_is_one_empty_page(stock: Desk) -> None:
    page = await stock.office.store.query(stock.asking())
    assert page.records == ()
    assert page.next is None


async def test_the_default_order_is_by_id_as_computers_sort(stock: Desk) -> None:
    ids = [await stock.plant(word) for word in ("b", "B", "a", "Z", "0", "z9", "z10")]
    assert await stock.ids() == sorted(ids)
    assert sorted(ids) == [rec(word) for word in ("0", "B", "Z", "a", "b", "z10", "z9")]


async def test_only_the_fields_that_are_named_are_told(people: Desk) -> None:
    await people.plant("a", firstName="Ann", lastName="Low", score=3, agreed=True)
    fields = frozenset({people.id("firstName"), people.id("score"), people.id("status")})
    (found,) = (await people.office.store.query(people.asking(None, "-lastName", fields=fields))).records
    assert found.fields == {people.id("firstName"): "Ann", people.id("score"): 3}
    (bare,) = (await people.office.store.query(people.asking(fields=frozenset()))).records
    assert (bare.id, bare.created_time, bare.fields) == (rec("a"), BORN, {})
    assert bare.version == found.version == (await people.get(rec("a"))).version


async def test_a_named_checkbox_is_told_even_if_unchecked(people: Desk) -> None:
    await people.plant("a")
    agreed = frozenset({people.id("agreed")})
    (found,) = (await people.office.store.query(people.asking(fields=agreed))).records
    assert found.fields == {people.id("agreed"): False}


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
async def test_pages_follow_one_another_without_gap_or_double(stock: Desk, limit: int) -> None:
    ids = [await stock.plant(word) for word in "abcd"]
    pages = [page async for page in all_pages(stock.office, stock.asking(limit=limit))]
    assert [record.id for page in pages for record in page] == ids
    assert [len(page) for page in pages] == [min(limit, 4 - start) for start in range(0, 4, limit)]


async def test_more_than_a_hundred_come_in_pages_of_a_hundred(stock: Desk) -> None:
    for start in range(0, 250, 50):
        await stock.create(*({"batch": number} for number in range(start, start + 50)))
    pages = [page async for page in all_pages(stock.office, stock.asking(None, "batch"))]
    assert [len(page) for page in pages] == [100, 100, 50]
    assert [record.fields[stock.id("batch")] for page in pages for record in page] == list(range(250))


async def test_a_page_begins_behind_a_record_that_is_gone(stock: Desk) -> None:
    for word in "abcd":
        await stock.plant(word)
    first = await stock.office.store.query(stock.asking(limit=2))
    assert first.next is not None
    assert first.next.id == rec("b")
    after = Place((), RecordId("recbb000000000000"))
    assert await stock.ids(limit=2, after=after) == [rec("c"), rec("d")]


async def test_a_place_without_its_hint_is_a_place(stock: Desk) -> None:
    for word in "abcd":
        await stock.plant(word, batch=1)
    first = await stock.office.store.query(stock.asking(None, "-batch", limit=2))
    assert first.next is not None
    bare = Place(first.next.key, first.next.id)
    assert await stock.ids(None, "-batch", limit=2, after=bare) == [rec("c"), rec("d")]
    dead = Place(first.next.key, first.next.id, hint="itrDiedLongAgo000/rec")
    assert await stock.ids(None, "-batch", limit=2, after=dead) == [rec("c"), rec("d")]


async def test_what_there_is_not_is_refused(office: Office, stock: Desk) -> None:
    nowhere, nothing = TableId("tblNowhere0000000"), FieldId("fldNothing0000000")
    with pytest.raises(UnknownTable):
        await office.store.query(Query(table=nowhere))
    with pytest.raises(UnknownTable):
        await office.store.get(nowhere, [rec("a")])
    with pytest.raises(UnknownField):
        await office.store.query(Query(table=stock.table.id, fields=frozenset({nothing})))
    with pytest.raises(UnknownField):
        await office.store.query(Query(table=stock.table.id, sort=(Sort(nothing),)))


@pytest.mark.parametrize("limit", [0, -1, MOST_AT_ONCE + 1])
async def test_a_limit_that_is_none_is_refused(stock: Desk, limit: int) -> None:
    with pytest.raises(Invalid, match="limit"):
        await stock.office.store.query(Query(table=stock.table.id, limit=limit))


async def test_a_place_of_another_order_is_refused(stock: Desk) -> None:
    with pytest.raises(Invalid, match="cursor"):
        await stock.office.store.query(stock.asking(None, "batch", after=Place((), rec("a"))))


async def test_tables_and_fields_with_the_oddest_names_hold_what_they_are_given(odd: Desk) -> None:
    told = {
        "name": "one",
        "name2": "two",
        "name3": "three",
        "order": "by",
        "select": 1,
        "id2": "recNot",
        "version": 7,
        "itsQuotedHereAndDropTableCrmHomes": "'; DROP TABLE crm_homes --",
        "field": True,
    }
    made = await odd.one(**told)
    found = await odd.get(made.id)
    assert odd.told(found) == told
    assert await odd.ids(None, "order", "-select", "version", "id2") == [made.id]


async def test_the_first_and_the_last_of_days_and_instants_are_told_as_they_are(people: Desk) -> None:
    days = ("0001-01-01", "9999-12-31")
    instants = ("0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z")
    for place, (day, instant) in enumerate(zip(days, instants, strict=True)):
        planted = await people.plant(f"x{place}", dateOfBirth=day, seen=instant)
        assert people.told(await people.get(planted), "dateOfBirth", "seen") == {"dateOfBirth": day, "seen": instant}

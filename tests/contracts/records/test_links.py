"""Links: both sides alike, whatever is written on either."""

from __future__ import annotations

from typing import Any

from tests.contracts.records.office import ANN, Desk
from titus_core.records.model import RecordId
from titus_core.records.ports import Change, Delete, Removal


async def linked(desk: Desk, record: RecordId, word: str) -> list[str]:
    found: Any = (await desk.get(record)).fields.get(desk.id(word), ())
    return list(found)


async def test_a_link_is_seen_from_both_sides(people: Desk, homes: Desk) -> None:
    banksia, wattle = await homes.create({"home": "Banksia"}, {"home": "Wattle"})
    ann = await people.one(firstName="Ann", home=[wattle.id, banksia.id])
    assert await linked(people, ann.id, "home") == [wattle.id, banksia.id]
    assert await linked(homes, banksia.id, "residents") == [ann.id]
    assert await linked(homes, wattle.id, "residents") == [ann.id]


async def test_new_links_come_behind_those_that_are_there(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    a, b, c = await people.create({"home": [home.id]}, {"home": [home.id]}, {})
    assert await linked(homes, home.id, "residents") == [a.id, b.id]
    await people.change(c.id, home=[home.id])
    assert await linked(homes, home.id, "residents") == [a.id, b.id, c.id]
    await people.change(a.id, home=[])
    await people.change(a.id, home=[home.id])
    assert await linked(homes, home.id, "residents") == [b.id, c.id, a.id]


async def test_the_order_that_one_side_gives_is_its_own(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    a, b, c = await people.create({"home": [home.id]}, {"home": [home.id]}, {"home": [home.id]})
    await homes.change(home.id, residents=[c.id, a.id, b.id])
    assert await linked(homes, home.id, "residents") == [c.id, a.id, b.id]
    for one in (a, b, c):
        assert (await people.get(one.id)) == one


async def test_either_side_takes_links_away(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    a, b, c = await people.create({"home": [home.id]}, {"home": [home.id]}, {"home": [home.id]})
    await homes.change(home.id, residents=[c.id])
    assert await linked(people, a.id, "home") == []
    assert await linked(people, b.id, "home") == []
    assert await linked(people, c.id, "home") == [home.id]
    await people.change(c.id, home=[])
    assert await linked(homes, home.id, "residents") == []


async def test_a_link_moves_from_one_record_to_another(people: Desk, homes: Desk) -> None:
    banksia, wattle = await homes.create({"home": "Banksia"}, {"home": "Wattle"})
    ann = await people.one(home=[banksia.id])
    await people.change(ann.id, home=[wattle.id])
    assert await linked(homes, banksia.id, "residents") == []
    assert await linked(homes, wattle.id, "residents") == [ann.id]


async def test_links_within_one_table_have_two_sides_too(people: Desk) -> None:
    a, b = await people.create({"firstName": "a"}, {"firstName": "b"})
    await people.change(a.id, friends=[b.id, a.id])
    assert await linked(people, a.id, "friends") == [b.id, a.id]
    assert await linked(people, a.id, "fromFriends") == [a.id]
    assert await linked(people, b.id, "fromFriends") == [a.id]
    await people.change(b.id, fromFriends=[])
    assert await linked(people, a.id, "friends") == [a.id]
    await people.change(a.id, friends=[])
    assert await linked(people, a.id, "fromFriends") == []


async def test_a_link_that_only_one_side_shows_changes_nothing_over_there(people: Desk) -> None:
    a, b = await people.create({"firstName": "a"}, {"firstName": "b"})
    await people.change(a.id, twin=[b.id, a.id])
    assert await linked(people, a.id, "twin") == [b.id, a.id]
    assert await people.get(b.id) == b


async def test_the_version_of_the_other_side_grows_with_it(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    await people.one(home=[home.id])
    after = await homes.get(home.id)
    assert after.version != home.version


async def test_nobody_links_to_a_record_that_is_gone(people: Desk, homes: Desk, visits: Desk) -> None:
    home = await homes.one(home="Banksia")
    a, b, c = await people.create({"home": [home.id]}, {"home": [home.id]}, {"firstName": "c"})
    await people.change(a.id, friends=[b.id, c.id], twin=[c.id])
    await people.change(c.id, twin=[b.id, a.id])
    visit = await visits.one(person=[b.id], witness=[c.id, b.id])
    await people.office.store.write(Delete(table=people.table.id, by=ANN, items=(Removal(b.id),)))
    assert await linked(homes, home.id, "residents") == [a.id]
    assert await linked(people, a.id, "friends") == [c.id]
    assert await linked(people, c.id, "twin") == [a.id]
    assert await linked(visits, visit.id, "person") == []
    assert await linked(visits, visit.id, "witness") == [c.id]


async def test_records_that_link_to_one_another_go_together(people: Desk) -> None:
    a, b, c = await people.create({}, {}, {})
    await people.update(
        Change(id=a.id, fields=people.cells(friends=[b.id], twin=[b.id])),
        Change(id=b.id, fields=people.cells(friends=[a.id, c.id], twin=[a.id])),
    )
    await people.office.store.write(Delete(table=people.table.id, by=ANN, items=(Removal(a.id), Removal(b.id))))
    assert await people.ids() == [c.id]
    assert await linked(people, c.id, "fromFriends") == []


async def test_items_of_one_write_link_one_after_the_other(people: Desk, homes: Desk) -> None:
    banksia, wattle = await homes.create({"home": "Banksia"}, {"home": "Wattle"})
    a, b = await people.create({"home": [banksia.id]}, {"home": [banksia.id]})
    await homes.update(
        Change(id=banksia.id, fields=homes.cells(residents=[b.id])),
        Change(id=wattle.id, fields=homes.cells(residents=[b.id, a.id])),
    )
    assert await linked(people, a.id, "home") == [wattle.id]
    assert await linked(people, b.id, "home") == [banksia.id, wattle.id]


async def test_a_single_link_is_a_wish_only(people: Desk, homes: Desk) -> None:
    banksia, wattle = await homes.create({"home": "Banksia"}, {"home": "Wattle"})
    ann = await people.one(home=[banksia.id])
    await homes.change(wattle.id, residents=[ann.id])
    assert await linked(people, ann.id, "home") == [banksia.id, wattle.id]

"""Computed cells: true in the answer of the write that changes what they are computed of, and in the next read."""

from __future__ import annotations

from typing import Any

from tests.contracts.records.office import ANN, BOB, Desk, Office
from titus_core.records.ports import Delete, Removal
from titus_core.records.predicates import ModifiedSince
from titus_core.records.values import instant_of


async def told(desk: Desk, record: str, *words: str) -> Any:
    found = desk.told(await desk.get(record), *words)  # type: ignore[arg-type]
    return found if len(words) > 1 else found.get(words[0])


async def test_a_formula_follows_its_cells(people: Desk) -> None:
    made = await people.one(firstName="Ann", lastName="Low")
    assert people.told(made, "fullName") == {"fullName": "Ann Low"}
    changed = await people.change(made.id, lastName="High")
    assert people.told(changed, "fullName") == {"fullName": "Ann High"}
    assert await told(people, made.id, "fullName") == "Ann High"


async def test_automatic_numbers_go_on_and_are_never_given_twice(people: Desk, visits: Desk) -> None:
    one, two = await people.create({}, {})
    await people.office.store.write(Delete(table=people.table.id, by=ANN, items=(Removal(two.id),)))
    three = await people.one()
    assert [people.told(record, "number")["number"] for record in (one, two, three)] == [1, 2, 3]
    visit = await visits.one()
    assert visits.told(visit, "visit", "ref") == {"visit": 1, "ref": "V-1"}


async def test_a_record_knows_when_and_by_whom_it_was_made_and_changed(office: Office, people: Desk) -> None:
    made = await people.one(firstName="Ann")
    first = people.told(made, "created", "changed", "renamed")
    assert first["created"] == made.created_time == instant_of(made.created_time)
    assert {first["changed"], first["renamed"]} == {made.created_time}
    await office.pass_time(60)
    changed = await Desk(office, "allPeople", BOB).change(made.id, lastName="Low")
    second = people.told(changed, "created", "changed", "renamed")
    assert second["created"] == second["renamed"] == made.created_time
    assert second["changed"] > first["changed"]
    await office.pass_time(60)
    renamed = await people.change(made.id, firstName="Anna")
    third = people.told(renamed, "created", "changed", "renamed")
    assert third["renamed"] == third["changed"] > second["changed"]
    for record in (made, changed, renamed):
        assert isinstance(record.fields[people.id("madeBy")], dict)
        assert isinstance(record.fields[people.id("changedBy")], dict)


async def test_links_are_counted_from_both_sides(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    assert homes.told(home, "howMany") == {"howMany": 0}
    a, b = await people.create({"home": [home.id]}, {"home": [home.id]})
    assert await told(homes, home.id, "howMany") == 2
    await people.change(a.id, home=[])
    assert await told(homes, home.id, "howMany") == 1
    await people.office.store.write(Delete(table=people.table.id, by=ANN, items=(Removal(b.id),)))
    assert await told(homes, home.id, "howMany") == 0


async def test_a_lookup_follows_the_link_and_the_cell_behind_it(people: Desk, homes: Desk) -> None:
    banksia, wattle = await homes.create({"home": "B", "address": "1 Long St"}, {"home": "W", "address": "2 Short St"})
    ann = await people.one(home=[wattle.id, banksia.id])
    assert people.told(ann, "homeAddress") == {"homeAddress": ["2 Short St", "1 Long St"]}
    await homes.change(banksia.id, address="3 New St")
    assert await told(people, ann.id, "homeAddress") == ["2 Short St", "3 New St"]
    await homes.change(wattle.id, residents=[])
    assert await told(people, ann.id, "homeAddress") == ["3 New St"]
    await people.office.store.write(Delete(table=homes.table.id, by=ANN, items=(Removal(banksia.id),)))
    assert await told(people, ann.id, "homeAddress") is None


async def test_a_change_reaches_through_several_tables(people: Desk, homes: Desk, visits: Desk) -> None:
    home = await homes.one(home="Banksia", address="1 Long St")
    ann = await people.one(firstName="Ann", lastName="Low", home=[home.id])
    visit = await visits.one(person=[ann.id], hours=2.5)
    assert visits.told(visit, "name", "where", "told") == {
        "name": ["Ann Low"],
        "where": ["1 Long St"],
        "told": "V-1: 2.5",
    }
    await homes.change(home.id, address="2 Short St")
    await people.change(ann.id, firstName="Anna")
    assert await told(visits, visit.id, "name", "where") == {"name": ["Anna Low"], "where": ["2 Short St"]}
    assert await told(homes, home.id, "namesOfResidents") == ["Anna Low"]
    assert await told(people, ann.id, "visitCount") == 1


async def test_a_lookup_follows_a_link_that_the_other_side_does_not_show(people: Desk, visits: Desk) -> None:
    ann = await people.one(firstName="Ann", lastName="Low")
    one, two = await visits.create({"witness": [ann.id]}, {})
    await people.change(ann.id, lastName="High")
    assert await told(visits, one.id, "namesOfWitnesses") == ["Ann High"]
    assert await told(visits, two.id, "namesOfWitnesses") is None
    await people.office.store.write(Delete(table=people.table.id, by=ANN, items=(Removal(ann.id),)))
    assert await told(visits, one.id, "namesOfWitnesses") is None


async def test_a_change_of_nothing_behind_a_lookup_leaves_it(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia", address="1 Long St")
    ann = await people.one(home=[home.id])
    await homes.change(home.id, beds=4)
    assert await people.get(ann.id) == ann


async def test_what_is_computed_makes_no_record_modified(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia", address="1 Long St")
    ann = await people.one(home=[home.id])
    before = people.told(ann, "changed")
    await people.office.pass_time(3600)
    bob = await people.one(firstName="Bob")
    await homes.change(home.id, address="2 Short St")
    after = await people.get(ann.id)
    assert people.told(after, "homeAddress") == {"homeAddress": ["2 Short St"]}
    assert people.told(after, "changed") == before
    since = ModifiedSince(at=bob.created_time)
    assert await people.ids(since) == [bob.id]
    await people.change(ann.id, lastName="Low")
    assert set(await people.ids(since)) == {ann.id, bob.id}


async def test_records_whose_computed_cells_changed_have_another_version(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia", address="1 Long St")
    ann = await people.one(home=[home.id])
    await homes.change(home.id, address="2 Short St")
    assert (await people.get(ann.id)).version != ann.version

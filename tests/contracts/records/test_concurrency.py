"""What stores promise of writes at the same time: kept, or declared absent."""

from __future__ import annotations

import asyncio

import pytest

from tests.contracts.records.backends import WITH_ROWS
from tests.contracts.records.office import ANN, Desk, Office
from tests.contracts.records.test_upsert import upsert
from titus_core.kernel.errors import Stale, TitusError
from titus_core.records.ports import Change, Delete, RecordPromises, Removal

MANY = 8


async def test_promises_are_told(office: Office, request: pytest.FixtureRequest) -> None:
    assert isinstance(office.store.promises, RecordPromises)
    assert (office.rows is not None) == (request.node.callspec.params["closed_office"] in WITH_ROWS)
    if office.rows is not None:
        assert office.store.promises == RecordPromises(
            atomic_batch=True, conditional_update=True, unique_keys=True, read_your_writes=True
        )


async def test_of_several_changes_of_one_version_one_wins(office: Office, stock: Desk) -> None:
    made = await stock.one(item="a", left=0)
    changes = [stock.change(made.id, version=made.version, left=number) for number in range(1, MANY + 1)]
    done = await asyncio.gather(*changes, return_exceptions=True)
    won = [one for one in done if not isinstance(one, BaseException)]
    assert all(isinstance(one, Stale) for one in done if isinstance(one, BaseException))
    assert await stock.get(made.id) in won
    if office.store.promises.conditional_update:
        assert len(won) == 1
    else:
        assert len(won) >= 1


async def test_of_several_changes_without_a_version_all_are_done_and_one_is_last(stock: Desk) -> None:
    made = await stock.one(item="a", left=0)
    done = await asyncio.gather(*(stock.change(made.id, left=number) for number in range(1, MANY + 1)))
    assert await stock.get(made.id) in done
    assert len({one.version for one in done}) == MANY


async def test_several_upserts_of_one_key_make_one_record(office: Office, stock: Desk) -> None:
    done = await asyncio.gather(*(upsert(stock, ("item",), {"item": "a", "left": n}) for n in range(MANY)))
    made = {record for one in done for record in one.created}
    if office.store.promises.unique_keys:
        assert len(made) == 1
        assert await stock.ids() == [*made]
    else:
        assert sorted(await stock.ids()) == sorted(made)


async def test_a_write_that_comes_twice_at_once_is_done_once(stock: Desk) -> None:
    done = await asyncio.gather(*(stock.create({"item": "a"}, key="k1") for _ in range(3)), return_exceptions=True)
    (made,) = await stock.ids()
    for one in done:
        assert isinstance(one, TitusError) or [record.id for record in one] == [made]  # type: ignore[union-attr]


async def test_numbers_are_given_out_once(people: Desk) -> None:
    made = await asyncio.gather(*(people.one(firstName=f"{number}") for number in range(MANY)))
    numbers = [people.told(one, "number")["number"] for one in made]
    assert sorted(numbers) == list(range(1, MANY + 1))


async def test_links_that_are_made_at_once_are_all_there(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    made = await asyncio.gather(*(people.one(home=[home.id]) for _ in range(MANY)))
    found = await homes.get(home.id)
    residents = found.fields[homes.id("residents")]
    assert isinstance(residents, tuple)
    assert set(residents) == {one.id for one in made}
    assert len(residents) == MANY
    assert found.fields[homes.id("howMany")] == MANY


async def test_a_record_that_goes_while_it_is_linked_to_leaves_no_link_behind(office: Office, people: Desk) -> None:
    a, b = await people.create({}, {})
    gone = Delete(table=people.table.id, by=ANN, items=(Removal(b.id),))
    linking = people.update(Change(id=a.id, fields=people.cells(twin=[b.id], friends=[b.id])))
    await asyncio.gather(linking, office.store.write(gone), return_exceptions=True)
    after = await people.get(a.id)
    assert people.told(after, "twin", "friends") == {}


async def test_what_is_computed_of_records_that_change_at_once_is_true_of_them(people: Desk, homes: Desk) -> None:
    places = await homes.create(*({"home": f"{number}", "address": "at first"} for number in range(3)))
    persons = await people.create(*({"firstName": f"{number}", "home": [places[number].id]} for number in range(3)))
    moves = [people.change(persons[number].id, home=[places[number].id, places[0].id]) for number in (1, 2)]
    renames = [homes.change(place.id, address=f"{number} at last") for number, place in enumerate(places)]
    names = [people.change(one.id, lastName="Low") for one in persons]
    await asyncio.gather(*(change for changes in zip(moves, renames, names, strict=False) for change in changes))
    await asyncio.gather(renames[2], names[2])
    addresses = {place.id: f"{number} at last" for number, place in enumerate(places)}
    for person in [await people.get(one.id) for one in persons]:
        linked = people.told(person, "home")["home"]
        assert people.told(person, "homeAddress") == {"homeAddress": [addresses[one] for one in linked]}
    for place in [await homes.get(one.id) for one in places]:
        told = homes.told(place, "residents", "namesOfResidents")
        names_of = {one.id: f"{number} Low" for number, one in enumerate(persons)}
        assert told["namesOfResidents"] == [names_of[one] for one in told["residents"]]


async def test_what_was_written_is_read_at_once(office: Office, stock: Desk) -> None:
    assert office.store.promises.read_your_writes, "a store that does not tell what it was told needs a test of its own"
    for number in range(5):
        made = await stock.one(batch=number)
        assert await stock.get(made.id) == made
        assert made.id in await stock.ids()


@pytest.mark.parametrize("batch", [3])
async def test_batches_at_once_are_each_whole(office: Office, stock: Desk, batch: int) -> None:
    made = await stock.create(*({"left": 0} for _ in range(batch)))
    changes = [
        stock.update(*(Change(id=one.id, fields=stock.cells(left=number)) for one in made))
        for number in range(1, MANY + 1)
    ]
    await asyncio.gather(*changes)
    left = {(await stock.get(one.id)).fields[stock.id("left")] for one in made}
    if office.store.promises.atomic_batch:
        assert len(left) == 1

"""A write with a key is done once, however often it is asked for."""

from __future__ import annotations

import pytest

from tests.contracts.records.office import ANN, BOB, Desk, Office
from tests.contracts.records.test_upsert import upsert
from titus_core.kernel.errors import AlreadyExists, Invalid, NotFound
from titus_core.records.ports import Change, Delete, Removal


async def test_a_repeated_creation_tells_what_the_first_one_made(stock: Desk) -> None:
    first = await stock.create({"item": "a"}, {"item": "b"}, key="k1")
    again = await stock.create({"item": "a"}, {"item": "b"}, key="k1")
    assert again == first
    assert len(await stock.ids()) == 2


async def test_a_repetition_tells_the_records_as_they_are_now(stock: Desk) -> None:
    first = await stock.create({"item": "a"}, {"item": "b"}, key="k1")
    changed = await stock.change(first[0].id, left=3)
    await stock.office.store.write(Delete(table=stock.table.id, by=ANN, items=(Removal(first[1].id),)))
    assert await stock.create({"item": "a"}, {"item": "b"}, key="k1") == (changed,)


async def test_a_repeated_change_is_not_done_over_a_later_one(stock: Desk) -> None:
    made = await stock.one(item="a")
    change = Change(id=made.id, fields=stock.cells(left=1), version=made.version)
    await stock.update(change, key="k1")
    later = await stock.change(made.id, left=2)
    assert (await stock.update(change, key="k1")).records == (later,)
    assert await stock.get(made.id) == later


async def test_a_repeated_deletion_is_done(stock: Desk) -> None:
    made = await stock.one(item="a")
    write = Delete(table=stock.table.id, by=ANN, items=(Removal(made.id),), key="k1")
    assert (await stock.office.store.write(write)).records == ()
    assert (await stock.office.store.write(write)).records == ()
    with pytest.raises(NotFound):
        await stock.office.store.write(Delete(table=stock.table.id, by=ANN, items=(Removal(made.id),), key="k2"))


async def test_a_repeated_upsert_says_again_what_it_made(stock: Desk) -> None:
    first = await upsert(stock, ("item",), {"item": "a"}, key="k1")
    assert await upsert(stock, ("item",), {"item": "a"}, key="k1") == first


async def test_a_key_of_another_write_is_refused(stock: Desk) -> None:
    await stock.create({"item": "a"}, key="k1")
    with pytest.raises(AlreadyExists):
        await stock.create({"item": "b"}, key="k1")
    assert len(await stock.ids()) == 1


async def test_everyone_has_keys_of_their_own(office: Office, stock: Desk) -> None:
    await stock.create({"item": "a"}, key="k1")
    await Desk(office, "stock", BOB).create({"item": "a"}, key="k1")
    assert len(await stock.ids()) == 2


async def test_a_write_that_was_refused_leaves_its_key_free(stock: Desk) -> None:
    with pytest.raises(Invalid):
        await stock.create({"item": "a", "kind": "nothing"}, key="k1")
    made = await stock.create({"item": "a", "kind": "gloves"}, key="k1")
    assert await stock.create({"item": "a", "kind": "gloves"}, key="k1") == made

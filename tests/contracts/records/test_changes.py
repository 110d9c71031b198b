"""`RecordStore.changes`: what was touched since a token."""

from __future__ import annotations

import pytest

from tests.contracts.records.office import ANN, Desk, Office
from tests.contracts.records.test_attachments import attach
from titus_core.kernel.errors import Invalid
from titus_core.records.ports import Changes, Delete, Removal, Touched


async def behind(office: Office, since: str) -> tuple[set[Touched], str]:
    """All that is told, to the end."""
    found: set[Touched] = set()
    while True:
        told: Changes = await office.store.changes(since)
        found |= set(told.touched)
        since = told.next
        if not told.more:
            return found, since


async def now(office: Office) -> str:
    told = await office.store.changes(None)
    assert told.touched == ()
    assert not told.more
    return told.next


async def test_nothing_is_told_until_something_happens(office: Office, stock: Desk) -> None:
    await stock.one(item="before")
    token = await now(office)
    assert (await behind(office, token))[0] == set()


async def test_what_is_made_changed_and_deleted_is_told(office: Office, stock: Desk) -> None:
    kept, lost = await stock.create({"item": "kept"}, {"item": "lost"})
    token = await now(office)
    new = await stock.one(item="new")
    await stock.change(kept.id, left=1)
    await office.store.write(Delete(table=stock.table.id, by=ANN, items=(Removal(lost.id),)))
    found, later = await behind(office, token)
    table = stock.table.id
    assert found == {Touched(table, new.id), Touched(table, kept.id), Touched(table, lost.id, gone=True)}
    assert (await behind(office, later))[0] == set()
    assert (await behind(office, token))[0] == found


async def test_what_changes_along_is_told_too(office: Office, people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia", address="1 Long St")
    ann = await people.one(home=[home.id])
    token = await now(office)
    await homes.change(home.id, address="2 Short St")
    found, token = await behind(office, token)
    assert found == {Touched(homes.table.id, home.id), Touched(people.table.id, ann.id)}
    await people.change(ann.id, home=[])
    assert (await behind(office, token))[0] == found
    await attach(people, ann.id)
    assert Touched(people.table.id, ann.id) in (await behind(office, token))[0]


async def test_a_change_of_nothing_is_not_told(office: Office, stock: Desk) -> None:
    made = await stock.one(item="a")
    token = await now(office)
    await stock.change(made.id, item="a")
    assert (await behind(office, token))[0] == set()


async def test_many_changes_are_told_in_parts(office: Office, stock: Desk) -> None:
    token = await now(office)
    made = [one.id for _ in range(12) for one in await stock.create(*({} for _ in range(100)))]
    found, _ = await behind(office, token)
    assert found == {Touched(stock.table.id, one) for one in made}


@pytest.mark.parametrize("token", ["", "x", "-1", "a.b", "1 2", "é", "{}"])
async def test_a_token_that_is_none_is_refused(office: Office, token: str) -> None:
    with pytest.raises(Invalid):
        await office.store.changes(token)

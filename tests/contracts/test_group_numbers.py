"""One active group per number: the store says so, not only the use case that looked a moment before."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.contracts.stores import Store, Tx, write
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import GroupId
from titus_core.kernel.phone import PhoneNumber

NUMBER = PhoneNumber("+61255500001")
FIRST = HuntGroup(id=GroupId(1), name="Intake", number=NUMBER)


async def test_two_active_groups_cannot_serve_one_number(store: Store) -> None:
    await write(store, lambda tx: tx.hunt_groups.save(FIRST))
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.hunt_groups.save(HuntGroup(id=GroupId(2), name="Other", number=NUMBER)))
    assert await store.reader.group(GroupId(2)) is None


@pytest.mark.parametrize(
    "other",
    [
        HuntGroup(id=GroupId(2), name="Paused", number=NUMBER, active=False),
        HuntGroup(id=GroupId(2), name="Retired", number=NUMBER, retired=True),
        HuntGroup(id=GroupId(2), name="Any number"),
    ],
    ids=lambda group: str(group.name),
)
async def test_groups_that_do_not_serve_it_may_have_it(store: Store, other: HuntGroup) -> None:
    await write(store, lambda tx: tx.hunt_groups.save(FIRST))
    await write(store, lambda tx: tx.hunt_groups.save(other))
    assert (await store.reader.group(GroupId(2))) is not None


async def test_a_group_cannot_change_into_one_that_serves_anothers_number(store: Store) -> None:
    second = HuntGroup(id=GroupId(2), name="Second", number=NUMBER, active=False)
    await write(store, lambda tx: tx.hunt_groups.save(FIRST), lambda tx: tx.hunt_groups.save(second))
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.hunt_groups.save(replace(second, active=True, version=1)))
    assert await store.reader.group(GroupId(2)) == replace(second, version=1)


async def test_a_number_that_was_given_up_is_free_again(store: Store) -> None:
    await write(store, lambda tx: tx.hunt_groups.save(FIRST))
    await write(store, lambda tx: tx.hunt_groups.save(replace(FIRST, retired=True, version=1)))
    await write(store, lambda tx: tx.hunt_groups.save(HuntGroup(id=GroupId(2), name="Second", number=NUMBER)))
    assert [group.id for group in await store.reader.groups()] == [2]


async def test_of_many_groups_that_want_one_number_at_once_one_gets_it(store: Store) -> None:
    async def set_up(tx: Tx, n: int) -> bool:
        free = all(group.number != NUMBER for group in await tx.hunt_groups.all())
        if free:
            tx.hunt_groups.save(HuntGroup(id=GroupId(n), name=f"Group {n}", number=NUMBER))
        return free

    won = await asyncio.gather(*(store.transact(set_up, n) for n in range(1, 11)))
    assert won.count(True) == 1
    assert len(await store.reader.groups()) == 1

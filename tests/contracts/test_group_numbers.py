"""One active group per number: the store says so, not only the use case that looked a moment before."""

from __future__ import annotations

import pytest

from tests.contracts.stores import Store, write
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

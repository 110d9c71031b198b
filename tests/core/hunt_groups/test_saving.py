"""Groups are set up, changed and retired."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.core.hunt_groups.builders import ADMIN, FRONT_DOOR, SECOND, HuntGroupArea, members
from titus_adapters.memory.clock import NOON
from titus_core.hunt_groups.events import HuntGroupRetired, HuntGroupSaved
from titus_core.hunt_groups.model import HuntGroup, Strategy, ToGroup
from titus_core.hunt_groups.retire_group import GroupRetirement
from titus_core.hunt_groups.save_group import GroupChange, GroupDraft
from titus_core.kernel.errors import AlreadyExists, Invalid, NotFound, Stale
from titus_core.kernel.ids import GroupId


@pytest.fixture
async def area() -> HuntGroupArea:
    made = HuntGroupArea()
    await made.people()
    return made


async def save(area: HuntGroupArea, group_id: int | None = None, version: int | None = None, **said: Any) -> HuntGroup:
    return await area.save(
        GroupChange(
            actor=ADMIN,
            draft=GroupDraft(**said),
            group_id=GroupId(group_id) if group_id is not None else None,
            version=version,
        )
    )


async def test_a_group_asked_for_twice_under_one_key_is_one_group(area: HuntGroupArea) -> None:
    def asked(name: str, key: str | None = "k") -> GroupChange:
        return GroupChange(actor=ADMIN, draft=GroupDraft(name=name), key=key)

    first = await area.save(asked("Front door"))
    renamed = await save(area, first.id, name="Intake")
    assert await area.save(asked("Front door")) == renamed
    with pytest.raises(AlreadyExists):
        await area.save(asked("Another"))
    others = {(await area.save(asked("Front door", key))).id for key in ("other", None, None)}
    assert len(others) == 3
    assert first.id not in others


async def test_a_new_group_has_the_defaults_and_what_was_said(area: HuntGroupArea) -> None:
    group = await save(area, name="Front door", members=members(1, 2))

    assert group == HuntGroup(
        id=GroupId(1), name="Front door", members=members(1, 2), created_at=NOON, updated_at=NOON, version=1
    )
    assert await area.store.reader.group(group.id) == group


async def test_what_is_not_said_stays(area: HuntGroupArea) -> None:
    before = await save(area, name="Front door", members=members(1, 2))
    area.clock.advance(SECOND)
    after = await save(area, 1, strategy=Strategy.RING_ALL)

    assert after == msgspec.structs.replace(before, strategy=Strategy.RING_ALL, updated_at=NOON + SECOND, version=2)


async def test_the_trail_has_before_and_after(area: HuntGroupArea) -> None:
    first = await save(area, name="Front door")
    second = await save(area, 1, name="Reception")

    assert area.store.events("hunt_group:1") == [
        HuntGroupSaved(before=None, after=first),
        HuntGroupSaved(before=first, after=second),
    ]
    assert {envelope.actor for envelope in area.store.trail} == {ADMIN}


async def test_saving_what_is_there_already_is_no_change(area: HuntGroupArea) -> None:
    group = await save(area, name="Front door")
    assert await save(area, 1, name="Front door") == group
    assert len(area.store.events("hunt_group:1")) == 1


async def test_a_group_that_breaks_a_rule_is_not_stored(area: HuntGroupArea) -> None:
    broken: tuple[dict[str, Any], ...] = ({}, {"name": "x", "members": members(77)})
    for said in broken:
        with pytest.raises(Invalid):
            await save(area, **said)
    assert await area.store.reader.groups() == ()


async def test_one_active_group_serves_a_number(area: HuntGroupArea) -> None:
    await save(area, name="Front door", number=FRONT_DOOR)
    with pytest.raises(AlreadyExists) as caught:
        await save(area, name="Reception", number=FRONT_DOOR)
    assert caught.value.data == {"field": "number", "group_id": 1}

    resting = await save(area, name="Reception", number=FRONT_DOOR, active=False)
    with pytest.raises(AlreadyExists):
        await save(area, resting.id, active=True)
    await save(area, 1, active=False)
    assert (await save(area, resting.id, active=True)).active


async def test_many_groups_may_be_without_a_number(area: HuntGroupArea) -> None:
    await save(area, name="Front door")
    await save(area, name="Reception")
    assert [group.name for group in await area.store.reader.groups()] == ["Front door", "Reception"]


async def test_a_group_overflows_only_into_groups_that_exist(area: HuntGroupArea) -> None:
    with pytest.raises(Invalid) as caught:
        await save(area, name="Front door", overflow=(ToGroup(GroupId(9)),))
    assert caught.value.data["field"] == "overflow[0].groupId"

    await save(area, name="Back office")
    group = await save(area, name="Front door", overflow=(ToGroup(GroupId(1)),))
    await area.retire(GroupRetirement(ADMIN, GroupId(1)))
    assert (await save(area, group.id, name="Reception")).overflow == group.overflow


async def test_a_stale_version_is_refused_and_the_stored_one_is_not(area: HuntGroupArea) -> None:
    await save(area, name="Front door")
    await save(area, 1, version=1, name="Reception")
    with pytest.raises(Stale):
        await save(area, 1, version=1, name="Welcome")
    with pytest.raises(Stale):
        await area.retire(GroupRetirement(ADMIN, GroupId(1), version=1))


async def test_an_unknown_group_can_neither_be_changed_nor_retired(area: HuntGroupArea) -> None:
    with pytest.raises(NotFound):
        await save(area, 9, name="x")
    with pytest.raises(NotFound):
        await area.retire(GroupRetirement(ADMIN, GroupId(9)))


async def test_a_retired_group_is_gone_for_clients_but_stays_stored(area: HuntGroupArea) -> None:
    group = await save(area, name="Front door", number=FRONT_DOOR)
    await area.retire(GroupRetirement(ADMIN, group.id, version=1))

    assert await area.store.reader.groups() == ()
    stored = await area.store.reader.group(group.id)
    assert stored is not None
    assert (stored.retired, stored.active) == (True, False)
    assert area.store.events("hunt_group:1")[-1] == HuntGroupRetired(group_id=group.id, before=group)
    for gone in (save(area, 1, name="x"), area.retire(GroupRetirement(ADMIN, group.id))):
        with pytest.raises(NotFound):
            await gone


async def test_the_number_of_a_retired_group_is_free_again(area: HuntGroupArea) -> None:
    group = await save(area, name="Front door", number=FRONT_DOOR)
    await area.retire(GroupRetirement(ADMIN, group.id))
    assert (await save(area, name="Reception", number=FRONT_DOOR)).number == FRONT_DOOR

"""`hunt_groups.ports.HuntGroups` and `VoiceSettings`: groups as set up, what they remember, and the switches."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.examples import ALICE, BOB, FRONT_DESK, NOW, ODD_TEXT, a_group, a_rich_group, later
from tests.contracts.stores import Store, Write, read, write
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import GroupId


def setting_up(group: HuntGroup) -> Write:
    return lambda tx: tx.hunt_groups.save(group)


@pytest.mark.parametrize("group", [a_group(), a_rich_group()], ids=["bare", "rich"])
async def test_a_group_comes_back_as_it_was_saved_one_version_later(store: Store, group: HuntGroup) -> None:
    await write(store, lambda tx: tx.hunt_groups.save(group))
    kept = replace(group, version=1)
    assert await read(store, lambda tx: tx.hunt_groups.get(FRONT_DESK)) == kept
    assert await read(store, lambda tx: tx.hunt_groups.all()) == (kept,)
    assert await store.reader.group(FRONT_DESK) == kept
    assert await store.reader.groups() == (kept,)


async def test_an_unknown_group_is_none(store: Store) -> None:
    assert await read(store, lambda tx: tx.hunt_groups.get(FRONT_DESK)) is None
    assert await store.reader.group(FRONT_DESK) is None
    assert await store.reader.groups() == ()


@pytest.mark.parametrize("version", [0, 2])
async def test_saving_any_but_the_stored_version_is_a_conflict(store: Store, version: int) -> None:
    await write(store, lambda tx: tx.hunt_groups.save(a_group()))
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.hunt_groups.save(a_group(name="Other", version=version)))
    assert await store.reader.group(FRONT_DESK) == a_group(version=1)
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.hunt_groups.save(a_group(9, version=1)))


async def test_groups_are_listed_in_order_of_creation_then_id(store: Store) -> None:
    created = {5: later(2), 2: later(1), 3: later(0.000001), 4: later(1), 1: later(3)}
    await write(store, *(setting_up(a_group(n, created_at=at)) for n, at in created.items()))
    for groups in (await store.reader.groups(), await read(store, lambda tx: tx.hunt_groups.all())):
        assert [group.id for group in groups] == [3, 2, 4, 5, 1]


async def test_a_retired_group_is_in_no_list_but_keeps_its_id(store: Store) -> None:
    await write(store, lambda tx: tx.hunt_groups.save(a_group(1)), lambda tx: tx.hunt_groups.save(a_group(2)))
    await write(store, lambda tx: tx.hunt_groups.save(a_group(2, version=1, retired=True)))
    assert await store.reader.groups() == (a_group(1, version=1),)
    assert await read(store, lambda tx: tx.hunt_groups.all()) == (a_group(1, version=1),)
    assert await store.reader.group(GroupId(2)) == a_group(2, version=2, retired=True)
    assert await read(store, lambda tx: tx.hunt_groups.get(GroupId(2))) == a_group(2, version=2, retired=True)
    assert await read(store, lambda tx: tx.hunt_groups.next_id()) == 3


async def test_a_new_id_is_above_every_id_ever_saved(store: Store) -> None:
    first = await read(store, lambda tx: tx.hunt_groups.next_id())
    assert first >= 1
    await write(store, lambda tx: tx.hunt_groups.save(a_group(41)), lambda tx: tx.hunt_groups.save(a_group(7)))
    assert await read(store, lambda tx: tx.hunt_groups.next_id()) > 41


async def test_a_group_remembers_whom_its_last_run_rang_first(store: Store) -> None:
    assert await read(store, lambda tx: tx.hunt_groups.first_of_last_run(FRONT_DESK)) is None
    await write(store, lambda tx: tx.hunt_groups.save(a_group()))
    await write(store, lambda tx: tx.hunt_groups.remember_first(FRONT_DESK, ALICE))
    await write(store, lambda tx: tx.hunt_groups.remember_first(FRONT_DESK, BOB))
    await write(store, lambda tx: tx.hunt_groups.remember_first(GroupId(2), ALICE))
    assert await read(store, lambda tx: tx.hunt_groups.first_of_last_run(FRONT_DESK)) == BOB
    assert await store.reader.group(FRONT_DESK) == a_group(version=1), "remembering is no new version"


async def test_a_voice_setting_is_what_was_set_last(store: Store) -> None:
    assert await read(store, lambda tx: tx.voice_settings.get("timezone")) is None
    assert await store.reader.voice_setting("timezone") is None
    await write(store, lambda tx: tx.voice_settings.set("timezone", "QLD", NOW))
    await write(store, lambda tx: tx.voice_settings.set("timezone", ODD_TEXT, later(-5)))
    await write(store, lambda tx: tx.voice_settings.set("ai_enabled", "", NOW))
    assert await read(store, lambda tx: tx.voice_settings.get("timezone")) == ODD_TEXT
    assert await store.reader.voice_setting("timezone") == ODD_TEXT
    assert await store.reader.voice_setting("ai_enabled") == ""

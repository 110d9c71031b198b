"""People say whether they take calls, browsers say that they are there, administrators set switches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from tests.core.hunt_groups.builders import ADMIN, SECOND, HuntGroupArea
from titus_adapters.memory.clock import NOON
from titus_core.hunt_groups.availability import MemberState, Presence
from titus_core.hunt_groups.change_voice_setting import VoiceSettingChange
from titus_core.hunt_groups.events import AvailabilitySet, VoiceSettingsSet
from titus_core.hunt_groups.ports import Availability, HuntGroupTx
from titus_core.hunt_groups.set_availability import LONGEST_DO_NOT_DISTURB, NewAvailability
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import UserId

SAM = UserId(1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def area() -> HuntGroupArea:
    made = HuntGroupArea()
    await made.people()
    return made


async def say(area: HuntGroupArea, presence: Presence, **said: Any) -> Availability:
    return await area.set_availability(NewAvailability(ADMIN, SAM, presence, **said))


async def state(area: HuntGroupArea) -> MemberState:
    return (await area.store.transact(_states, SAM))[SAM]


async def _states(tx: HuntGroupTx, user_id: UserId) -> Mapping[UserId, MemberState]:
    return await tx.members.states([user_id])


async def test_what_someone_says_holds_and_is_on_the_trail(area: HuntGroupArea) -> None:
    assert await say(area, Presence.AVAILABLE) == Availability(SAM, Presence.AVAILABLE, NOON)
    assert (await state(area)).presence is Presence.AVAILABLE
    assert area.store.events("user:1") == [
        AvailabilitySet(user_id=SAM, before=Presence.OFFLINE, after=Presence.AVAILABLE)
    ]


async def test_saying_the_same_again_is_no_event(area: HuntGroupArea) -> None:
    first = await say(area, Presence.BUSY)
    area.clock.advance(SECOND)
    assert await say(area, Presence.BUSY) == first
    assert len(area.store.events("user:1")) == 1


async def test_who_says_offline_first_is_on_the_list_from_then_on(area: HuntGroupArea) -> None:
    await say(area, Presence.OFFLINE)
    assert [entry.user_id for entry in await area.store.reader.availabilities()] == [SAM]


async def test_a_pause_outlives_available_and_ends_when_told_or_over(area: HuntGroupArea) -> None:
    await say(area, Presence.AVAILABLE, do_not_disturb_until=NOON + HOUR)
    assert (await say(area, Presence.BUSY)).do_not_disturb_until == NOON + HOUR
    assert (await say(area, Presence.BUSY, do_not_disturb_until=None)).do_not_disturb_until is None

    await say(area, Presence.AVAILABLE, do_not_disturb_until=NOON + HOUR)
    area.clock.advance(HOUR)
    assert (await say(area, Presence.AVAILABLE)).do_not_disturb_until is None


@pytest.mark.parametrize("until", [NOON, NOON - HOUR, NOON + LONGEST_DO_NOT_DISTURB + SECOND])
async def test_a_pause_lies_ahead_and_has_an_end(area: HuntGroupArea, until: datetime) -> None:
    with pytest.raises(Invalid):
        await say(area, Presence.AVAILABLE, do_not_disturb_until=until)


async def test_a_heartbeat_makes_the_browser_fresh_and_is_no_event(area: HuntGroupArea) -> None:
    await area.report_presence(SAM)
    assert (await state(area)).browser_is_fresh(NOON)
    assert area.store.events("user:1") == []


async def test_a_switch_holds_from_then_on_and_is_on_the_trail(area: HuntGroupArea) -> None:
    await area.change_setting(VoiceSettingChange(ADMIN, "ai_enabled", "false"))
    await area.change_setting(VoiceSettingChange(ADMIN, "ai_enabled", "false"))
    await area.change_setting(VoiceSettingChange(ADMIN, "timezone", "WA"))

    assert await area.store.reader.voice_setting("ai_enabled") == "false"
    assert area.store.events("voice_settings") == [
        VoiceSettingsSet(name="ai_enabled", before="true", after="false"),
        VoiceSettingsSet(name="timezone", before="QLD", after="WA"),
    ]


@pytest.mark.parametrize(("name", "value"), [("ai_enabled", "perhaps"), ("timezone", "Australia/Brisbane")])
async def test_a_switch_takes_only_what_it_can_be(
    area: HuntGroupArea, name: Literal["ai_enabled", "timezone"], value: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await area.change_setting(VoiceSettingChange(ADMIN, name, value))
    assert caught.value.data["field"] == name

"""What happens to groups and to the availability of their members."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.events import Event
from titus_core.kernel.ids import GroupId, UserId


class HuntGroupSaved(Event, frozen=True, tag="hunt_group.saved"):
    """`before` is None for a new group."""

    before: HuntGroup | None
    after: HuntGroup


class HuntGroupRetired(Event, frozen=True, tag="hunt_group.retired"):
    group_id: GroupId
    before: HuntGroup


class AvailabilitySet(Event, frozen=True, tag="availability.set"):
    user_id: UserId
    before: Presence
    after: Presence
    do_not_disturb_until: datetime | None = None


class VoiceSettingsSet(Event, frozen=True, tag="voice_settings.set"):
    """`name` is `ai_enabled` or `timezone`."""

    name: Literal["ai_enabled", "timezone"]
    before: str
    after: str

"""What hunt groups need of a store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from titus_core.hunt_groups.availability import MemberState, Presence
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.unit_of_work import Records


class HuntGroups(Protocol):
    """Groups as set up, and whom each rang first in its last run."""

    async def get(self, group_id: GroupId) -> HuntGroup | None:
        """The group, retired ones included."""
        ...

    async def all(self) -> tuple[HuntGroup, ...]:
        """All groups that are not retired, in order of creation, then id."""
        ...

    async def next_id(self) -> GroupId:
        """An id above every id ever saved. Two units of work may get the same: one of them then runs again."""
        ...

    async def first_of_last_run(self, group_id: GroupId) -> UserId | None: ...

    def save(self, group: HuntGroup) -> None:
        """Store it as version `group.version + 1`. MUST end in `Conflict` at commit if the stored version is not
        `group.version`, or (for version 0) if the id is taken, or if another active group serves its number."""
        ...

    def remember_first(self, group_id: GroupId, user_id: UserId) -> None:
        """Remember whom this run rings first; the last commit wins."""
        ...


class Availability(msgspec.Struct, frozen=True):
    """What a user says of themselves. A user without a row is offline since ever."""

    user_id: UserId
    presence: Presence
    changed_at: datetime
    do_not_disturb_until: datetime | None = None


class Members(Protocol):
    """The people who can be rung, as routing sees them: what they say of themselves and what they are engaged in."""

    async def active(self) -> tuple[UserId, ...]:
        """All users who may be members of a group, by id."""
        ...

    async def states(self, user_ids: Collection[UserId]) -> Mapping[UserId, MemberState]:
        """The state of each of these that is an active user, without `answered` and `idle_since`."""
        ...

    async def availability(self, user_id: UserId) -> Availability | None: ...

    def set_availability(self, availability: Availability) -> None: ...

    def heartbeat(self, user_id: UserId, at: datetime) -> None:
        """The user's browser is ready to take calls now."""
        ...


class VoiceSettings(Protocol):
    """Switches that today's clients set: `ai_enabled` ("true"/"false"), `timezone` (a state's abbreviation)."""

    async def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str, at: datetime) -> None: ...


class HuntGroupTx(Records, Protocol):
    """What the use cases of this area need in one unit of work."""

    @property
    def hunt_groups(self) -> HuntGroups: ...
    @property
    def members(self) -> Members: ...
    @property
    def voice_settings(self) -> VoiceSettings: ...


class AvailabilityEntry(msgspec.Struct, frozen=True):
    """One user's availability for a list; `email` because today's clients show it."""

    user_id: UserId
    name: str
    email: str
    presence: Presence
    changed_at: datetime
    do_not_disturb_until: datetime | None = None
    heartbeat_at: datetime | None = None


class AvailabilityChange(msgspec.Struct, frozen=True):
    """One stretch of a user's availability; `ended_at` None: it lasts."""

    user_id: UserId
    name: str
    email: str
    presence: Presence
    started_at: datetime
    ended_at: datetime | None


class HuntGroupReader(Protocol):
    """The read side, outside units of work."""

    async def groups(self) -> tuple[HuntGroup, ...]:
        """As `HuntGroups.all`."""
        ...

    async def group(self, group_id: GroupId) -> HuntGroup | None: ...

    async def availabilities(self) -> tuple[AvailabilityEntry, ...]:
        """Of all active users who ever said something, by user id."""
        ...

    async def availability_log(self, since: datetime, limit: int) -> tuple[AvailabilityChange, ...]:
        """Stretches that began at or after `since`, the latest first."""
        ...

    async def voice_setting(self, name: str) -> str | None: ...

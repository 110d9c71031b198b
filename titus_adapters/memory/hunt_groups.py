"""Hunt groups, whom each rang first, and the voice settings."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import GroupId, UserId


class MemoryHuntGroups:
    """`hunt_groups.ports.HuntGroups`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, group_id: GroupId) -> HuntGroup | None:
        self._unit.reading()
        return self._state.groups.get(group_id)

    async def all(self) -> tuple[HuntGroup, ...]:
        self._unit.reading()
        return groups(self._state)

    async def next_id(self) -> GroupId:
        self._unit.reading()
        return GroupId(max(self._state.groups, default=0) + 1)

    async def first_of_last_run(self, group_id: GroupId) -> UserId | None:
        self._unit.reading()
        return self._state.firsts.get(group_id)

    def save(self, group: HuntGroup) -> None:
        self._unit.write(partial(_save, self._state, group))

    def remember_first(self, group_id: GroupId, user_id: UserId) -> None:
        self._unit.write(partial(_remember, self._state, group_id, user_id))


class MemoryVoiceSettings:
    """`hunt_groups.ports.VoiceSettings`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, name: str) -> str | None:
        self._unit.reading()
        return self._state.voice_settings.get(name)

    def set(self, name: str, value: str, at: datetime) -> None:
        self._unit.write(partial(_set, self._state, name, value))


def groups(state: State) -> tuple[HuntGroup, ...]:
    kept = [group for group in state.groups.values() if not group.retired]
    return tuple(sorted(kept, key=lambda group: (group.created_at, group.id)))


def _save(state: State, group: HuntGroup, journal: Journal) -> None:
    stored = state.groups.get(group.id)
    if group.version != (0 if stored is None else stored.version):
        raise Conflict(group_id=group.id)
    if any(_share_number(group, other) for other in state.groups.values()):
        raise Conflict(group_id=group.id)
    journal.put(state.groups, group.id, replace(group, version=group.version + 1))


def _share_number(group: HuntGroup, other: HuntGroup) -> bool:
    serving = all(one.active and not one.retired and one.number is not None for one in (group, other))
    return serving and group.id != other.id and group.number == other.number


def _remember(state: State, group_id: GroupId, user_id: UserId, journal: Journal) -> None:
    journal.put(state.firsts, group_id, user_id)


def _set(state: State, name: str, value: str, journal: Journal) -> None:
    journal.put(state.voice_settings, name, value)

"""Members: what users say of themselves, and what routing sees of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State, Stretch
from titus_adapters.memory.unit import Journal, Unit
from titus_core.accounts.model import User
from titus_core.hunt_groups.availability import MemberState, Presence
from titus_core.hunt_groups.ports import Availability, AvailabilityChange, AvailabilityEntry
from titus_core.kernel.ids import UserId


class MemoryMembers:
    """`hunt_groups.ports.Members`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def active(self) -> tuple[UserId, ...]:
        self._unit.reading()
        return tuple(user.id for user in _active(self._state))

    async def states(self, user_ids: Collection[UserId]) -> Mapping[UserId, MemberState]:
        self._unit.reading()
        users = (self._state.users.get(user_id) for user_id in user_ids)
        return {user.id: _member_state(self._state, user) for user in users if user is not None and user.active}

    async def availability(self, user_id: UserId) -> Availability | None:
        self._unit.reading()
        return self._state.availability.get(user_id)

    def set_availability(self, availability: Availability) -> None:
        self._unit.write(partial(_set_availability, self._state, availability))

    def heartbeat(self, user_id: UserId, at: datetime) -> None:
        self._unit.write(partial(_heartbeat, self._state, user_id, at))


def availabilities(state: State) -> tuple[AvailabilityEntry, ...]:
    return tuple(
        AvailabilityEntry(
            user.id,
            user.name,
            user.email,
            said.presence,
            said.changed_at,
            said.do_not_disturb_until,
            state.heartbeats.get(user.id),
        )
        for user in _active(state)
        if (said := state.availability.get(user.id)) is not None
    )


def availability_log(state: State, since: datetime, limit: int) -> tuple[AvailabilityChange, ...]:
    """Of two stretches that began at once, the one told later comes first."""
    known = (stretch for stretch in reversed(state.stretches.values()) if stretch.availability.user_id in state.users)
    stretches = (stretch for stretch in known if stretch.availability.changed_at >= since)
    latest = sorted(stretches, key=lambda stretch: stretch.availability.changed_at, reverse=True)
    return tuple(_change(state, stretch) for stretch in latest[:limit])


def _change(state: State, stretch: Stretch) -> AvailabilityChange:
    said = stretch.availability
    user = state.users[said.user_id]
    return AvailabilityChange(user.id, user.name, user.email, said.presence, said.changed_at, stretch.ended_at)


def _active(state: State) -> Iterator[User]:
    return (state.users[user_id] for user_id in sorted(state.users) if state.users[user_id].active)


def _member_state(state: State, user: User) -> MemberState:
    said = state.availability.get(user.id)
    return MemberState(
        user_id=user.id,
        name=user.name,
        phone=user.phone,
        presence=said.presence if said is not None else Presence.OFFLINE,
        do_not_disturb_until=said.do_not_disturb_until if said is not None else None,
        heartbeat_at=state.heartbeats.get(user.id),
        engagement=state.engagements.get(user.id),
    )


def _set_availability(state: State, availability: Availability, journal: Journal) -> None:
    user_id = availability.user_id
    before = state.availability.get(user_id)
    journal.put(state.availability, user_id, availability)
    if before is not None and before.presence is availability.presence:
        return  # what only changes the rest goes on with the stretch
    last = state.open_stretch.get(user_id)
    if last is not None:
        ended = replace(state.stretches[last], ended_at=availability.changed_at)
        journal.put(state.stretches, last, ended)
    journal.put(state.open_stretch, user_id, len(state.stretches))
    journal.put(state.stretches, len(state.stretches), Stretch(availability))


def _heartbeat(state: State, user_id: UserId, at: datetime, journal: Journal) -> None:
    journal.put(state.heartbeats, user_id, at)

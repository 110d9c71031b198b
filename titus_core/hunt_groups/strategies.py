"""In which order the members of a group are rung. A new strategy is a case here and a name in `model.Strategy`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TypeAlias, assert_never

from titus_core.hunt_groups.availability import MemberState
from titus_core.hunt_groups.model import HuntGroup, Member, Strategy
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.ids import CallId, UserId

SortKey: TypeAlias = tuple[int | float | str, ...]


def order(
    group: HuntGroup, states: Mapping[UserId, MemberState], call_id: CallId, last_first: UserId | None
) -> tuple[Member, ...]:
    """The members by tier, and within a tier as the strategy says. Total and deterministic.

    `last_first` is who was first in the group's previous run: round robin begins behind them.
    """
    key = _key(group, states, call_id, last_first)
    places = sorted(range(len(group.members)), key=lambda place: (group.members[place].tier, *key(place), place))
    return tuple(group.members[place] for place in places)


def _key(
    group: HuntGroup, states: Mapping[UserId, MemberState], call_id: CallId, last_first: UserId | None
) -> Callable[[int], SortKey]:
    members = group.members
    match group.strategy:
        case Strategy.SEQUENTIAL | Strategy.RING_ALL:
            return lambda place: ()
        case Strategy.ROUND_ROBIN:
            start = next((place + 1 for place, member in enumerate(members) if member.user_id == last_first), 0)
            return lambda place: ((place - start) % len(members),)
        case Strategy.LONGEST_IDLE:
            return lambda place: (_idle_since(states.get(members[place].user_id)),)
        case Strategy.FEWEST_CALLS:
            return lambda place: (_answered(states.get(members[place].user_id)),)
        case Strategy.RANDOM:
            return lambda place: (sha256(f"{call_id}:{members[place].user_id}".encode()).hexdigest(),)
        case never:
            assert_never(never)


def _idle_since(state: MemberState | None) -> float:
    if state is None or state.idle_since is None:
        return 0.0
    return (state.idle_since - EPOCH).total_seconds()


def _answered(state: MemberState | None) -> int:
    return 0 if state is None else state.answered

"""Who is taken by which call, one row a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.hunt_groups.availability import Engagement
from titus_core.kernel.errors import Conflict


class MemoryEngagements:
    """`calls.ports.Engagements`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    def replace(self, before: Collection[Engagement], after: Collection[Engagement], now: datetime) -> None:
        gone = [engagement for engagement in before if engagement not in after]
        new = [engagement for engagement in after if engagement not in before]
        if gone or new:
            self._unit.write(partial(_replace, self._state, gone, new, now))


def _replace(state: State, gone: list[Engagement], new: list[Engagement], now: datetime, journal: Journal) -> None:
    held = state.engagements
    for engagement in gone:
        holder = held.get(engagement.user_id)
        if holder is not None and holder.call_id == engagement.call_id:
            journal.drop(held, engagement.user_id)
    for engagement in new:
        holder = held.get(engagement.user_id)
        if holder is None or holder.call_id == engagement.call_id or holder.until <= now:
            journal.put(held, engagement.user_id, engagement)
        elif engagement.kind == "ringing":
            raise Conflict(user_id=engagement.user_id)
        elif engagement.kind == "talking" and holder.kind != "talking":
            journal.put(held, engagement.user_id, engagement)

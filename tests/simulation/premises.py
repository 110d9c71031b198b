"""Where Titus runs: two processes on one store, and how the simulation looks into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, TypeAlias, cast

from tests.core.calls.office import Run, at_once
from titus_adapters.memory.store import MemoryStore
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.model import Call
from titus_core.hunt_groups.availability import Engagement
from titus_core.kernel.ids import CallId, UserId

Events: TypeAlias = list[tuple[AnyCallEvent, datetime]]
Aside: TypeAlias = tuple[Any, Run]


class Premises(Protocol):
    """A store of any kind, empty. `stores` and `runs` are one each for two processes. `interleaves`: while a unit of
    work of one process is under way, the other process can commit another."""

    @property
    def interleaves(self) -> bool: ...
    @property
    def stores(self) -> tuple[Any, Any]: ...
    @property
    def runs(self) -> tuple[Run, Run]: ...
    @property
    def aside(self) -> Aside:
        """The store as one who is neither of the two has it."""
        ...

    def call(self, call_id: CallId) -> Call | None: ...
    def events(self, call_id: CallId, after: int) -> Events:
        """Those of the call as they were recorded, from the `after`-th on."""
        ...

    def engaged(self) -> Mapping[UserId, Engagement]:
        """Who is held, by whom."""
        ...


class MemoryPremises:
    """The store in memory, without a loop. `interleaves` False: as a store with a single writer does it."""

    def __init__(self, *, interleaves: bool = True) -> None:
        self.interleaves = interleaves
        store = MemoryStore()
        self.stores = (store, store)
        self.runs = (at_once, at_once)
        self.aside = (store, at_once)
        self._state = store._state

    def call(self, call_id: CallId) -> Call | None:
        stored = self._state.calls.get(call_id)
        return None if stored is None else stored.call

    def events(self, call_id: CallId, after: int) -> Events:
        # The reader would make JSON of them: too slow for many histories.
        state = self._state
        trail = (state.trail[position - 1] for position in state.trail_of.get(f"call:{call_id}", ())[after:])
        return [(cast(AnyCallEvent, envelope.event), envelope.at) for envelope in trail]

    def engaged(self) -> Mapping[UserId, Engagement]:
        return self._state.engagements

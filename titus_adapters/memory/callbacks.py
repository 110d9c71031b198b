"""What is owed to callers whom nobody served."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.callbacks.model import Callback, CallbackState
from titus_core.callbacks.ports import Which
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import CallId
from titus_core.kernel.paging import Page

_SHOWN = {
    Which.DUE: {CallbackState.OPEN, CallbackState.CLAIMED},
    Which.OPEN: {CallbackState.OPEN},
    Which.CLAIMED: {CallbackState.CLAIMED},
    Which.CLOSED: {CallbackState.CLOSED},
}


class MemoryCallbacks:
    """`callbacks.ports.Callbacks`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, call_id: CallId) -> Callback | None:
        self._unit.reading()
        return self._state.callbacks.get(call_id)

    def save(self, callback: Callback) -> None:
        self._unit.write(partial(_save, self._state, callback))


def page(state: State, which: Which, limit: int, after: int | None) -> Page[Callback]:
    shown = [one for one in state.callbacks.values() if one.state in _SHOWN[which]]
    if which is Which.CLOSED:
        found = [one for one in reversed(shown) if after is None or one.number < after]
    else:
        found = [one for one in shown if after is None or one.number > after]
    return Page(tuple(found[:limit]), str(found[limit - 1].number) if len(found) > limit else None)


def _save(state: State, callback: Callback, journal: Journal) -> None:
    stored = state.callbacks.get(callback.call_id)
    if callback.version != (0 if stored is None else stored.version):
        raise Conflict(call_id=callback.call_id)
    number = len(state.callbacks) + 1 if stored is None else stored.number
    journal.put(state.callbacks, callback.call_id, replace(callback, number=number, version=callback.version + 1))

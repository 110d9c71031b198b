"""The calls that we were asked to place, and what became of each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.calls.dialling import DialId, DialRequest, DialState
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import CallId, UserId


class MemoryDialRequests:
    """`calls.ports.DialRequests`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, dial_id: DialId) -> DialRequest | None:
        self._unit.reading()
        return self._state.dial_requests.get(dial_id)

    async def of_key(self, user_id: UserId, key: str) -> DialRequest | None:
        self._unit.reading()
        return _of_key(self._state, user_id, key)

    async def of_calls(self, call_ids: Collection[CallId]) -> tuple[CallId, ...]:
        self._unit.reading()
        taken = {request.call_id for request in self._state.dial_requests.values()}
        return tuple(sorted(call_id for call_id in set(call_ids) if call_id in taken))

    def save(self, request: DialRequest) -> None:
        self._unit.write(partial(_save, self._state, request))


def latest(state: State, of: DialState | None, limit: int, after: DialId | None) -> tuple[DialRequest, ...]:
    found = [request for request in state.dial_requests.values() if of is None or request.state is of]
    if after is not None:
        last = state.dial_requests.get(after)
        found = [request for request in found if last is not None and _place(request) < _place(last)]
    return tuple(sorted(found, key=_place, reverse=True)[:limit])


def _place(request: DialRequest) -> tuple[datetime, str]:
    return request.requested_at, request.id


def _of_key(state: State, user_id: UserId, key: str) -> DialRequest | None:
    found = (one for one in state.dial_requests.values() if (one.placed_by, one.key) == (user_id, key))
    return next(found, None)


def _save(state: State, request: DialRequest, journal: Journal) -> None:
    stored = state.dial_requests.get(request.id)
    if request.version != (0 if stored is None else stored.version):
        raise Conflict(dial_id=request.id)
    if stored is None and request.key is not None and _of_key(state, request.placed_by, request.key) is not None:
        raise Conflict(dial_id=request.id)
    journal.put(state.dial_requests, request.id, replace(request, version=request.version + 1))

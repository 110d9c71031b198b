"""Webhooks as they came, with their answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State, StoredDelivery
from titus_adapters.memory.unit import Journal, Unit
from titus_core.calls.instructions import Reply
from titus_core.calls.ports import Delivery, Kept, Waiting
from titus_core.kernel.errors import Conflict

_LONGEST_PAUSE = timedelta(hours=1)


class MemoryInbox:
    """`calls.ports.Inbox`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def find(self, route: str, key: str, token: str | None) -> Kept | None:
        # The key alone decides: a token that came with another key names another fact.
        self._unit.reading()
        found = self._state.delivery_of_key.get((route, key))
        if found is None:
            return None
        stored = self._state.deliveries[found]
        return Kept(key, stored.reply, stored.base_url)

    def keep(self, delivery: Delivery, reply: Reply | None, base_url: str, *, reduced: bool = True) -> None:
        self._unit.write(partial(_keep, self._state, delivery, reply, base_url, reduced))

    def settle(self, waiting_id: int, *, reduced: bool, at: datetime) -> None:
        self._unit.write(partial(_settle, self._state, waiting_id, reduced, at))


def waiting(state: State, now: datetime, limit: int) -> tuple[Waiting, ...]:
    ready: list[Waiting] = []
    for waiting_id in sorted(state.waiting):
        stored = state.deliveries[waiting_id]
        if stored.retry_at is None or stored.retry_at <= now:
            ready.append(Waiting(stored.id, stored.delivery, stored.tries))
    return tuple(ready[:limit])


def _keep(
    state: State, delivery: Delivery, reply: Reply | None, base_url: str, reduced: bool, journal: Journal
) -> None:
    key = (delivery.route, delivery.key)
    if key in state.delivery_of_key:
        raise Conflict(route=delivery.route, key=delivery.key)
    number = len(state.deliveries) + 1
    if delivery.token is not None:
        token = (delivery.route, delivery.token)
        if token in state.tokens:
            delivery = replace(delivery, token=None)
        else:
            journal.put(state.tokens, token, None)
    journal.put(state.delivery_of_key, key, number)
    journal.put(state.deliveries, number, StoredDelivery(number, delivery, reply, base_url))
    if not reduced:
        journal.put(state.waiting, number, None)


def _settle(state: State, waiting_id: int, reduced: bool, at: datetime, journal: Journal) -> None:
    if waiting_id not in state.waiting:
        return
    if reduced:
        journal.drop(state.waiting, waiting_id)
        return
    stored = state.deliveries[waiting_id]
    tries = stored.tries + 1
    journal.put(state.deliveries, waiting_id, replace(stored, tries=tries, retry_at=at + _pause(tries)))


def _pause(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 12)), _LONGEST_PAUSE)

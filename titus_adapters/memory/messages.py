"""Text messages, and who wants none."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.kernel.errors import Conflict
from titus_core.kernel.paging import Page
from titus_core.kernel.phone import PhoneNumber
from titus_core.messaging.model import Message, MessageId, MessageStatus, Purpose
from titus_core.messaging.ports import MessageFilter

_UNTOLD = {MessageStatus.SENDING, MessageStatus.UNKNOWN}


class MemoryMessages:
    """`messaging.ports.Messages`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, message_id: MessageId) -> Message | None:
        self._unit.reading()
        return self._state.messages.get(message_id)

    async def of_provider(self, provider_id: str) -> Message | None:
        self._unit.reading()
        return next((one for one in self._state.messages.values() if one.provider_id == provider_id), None)

    async def unnamed(self, party: PhoneNumber) -> tuple[Message, ...]:
        self._unit.reading()
        return tuple(
            one
            for one in self._state.messages.values()
            if one.party == party and one.provider_id is None and one.status in _UNTOLD
        )

    async def texted(self, party: PhoneNumber, purpose: Purpose, since: datetime) -> bool:
        self._unit.reading()
        return any(
            one.party == party and one.purpose is purpose and one.created_at >= since
            for one in self._state.messages.values()
        )

    def save(self, message: Message) -> None:
        self._unit.write(partial(_save, self._state, message))


class MemoryOptOuts:
    """`messaging.ports.OptOuts`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def has(self, number: PhoneNumber) -> bool:
        self._unit.reading()
        stopped, _ = self._state.opt_outs.get(number, (False, None))
        return stopped

    def set(self, number: PhoneNumber, *, stopped: bool, at: datetime) -> None:
        self._unit.write(partial(_set, self._state, number, stopped, at))


def page(state: State, where: MessageFilter, limit: int, after: int | None) -> Page[Message]:
    found = [
        one
        for one in reversed(state.messages.values())
        if (after is None or one.number < after)
        and (where.party is None or one.party == where.party)
        and (where.status is None or one.status is where.status)
    ]
    return Page(tuple(found[:limit]), str(found[limit - 1].number) if len(found) > limit else None)


def _save(state: State, message: Message, journal: Journal) -> None:
    stored = state.messages.get(message.id)
    if message.version != (0 if stored is None else stored.version):
        raise Conflict(message_id=message.id)
    number = len(state.messages) + 1 if stored is None else stored.number
    journal.put(state.messages, message.id, replace(message, number=number, version=message.version + 1))


def _set(state: State, number: PhoneNumber, stopped: bool, at: datetime, journal: Journal) -> None:
    known = state.opt_outs.get(number)
    if known is None or known[1] <= at:
        journal.put(state.opt_outs, number, (stopped, at))

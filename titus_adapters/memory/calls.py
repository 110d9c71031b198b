"""Calls: the aggregate, and the lists read from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import Answer, State, StoredCall
from titus_adapters.memory.unit import Journal, Unit
from titus_core.calls.evidence import outcome
from titus_core.calls.model import Call
from titus_core.calls.ports import CallFilter, CallRow, TalkRecord
from titus_core.calls.timers import due_at
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.paging import Page
from titus_core.kernel.phone import PhoneNumber


class MemoryCalls:
    """`calls.ports.Calls`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, call_id: CallId) -> Call | None:
        self._unit.reading()
        return call(self._state, call_id)

    def save(self, call: Call) -> None:
        self._unit.write(partial(_save, self._state, call))

    def look_again(self, call_id: CallId, at: datetime) -> None:
        self._unit.write(partial(_look_again, self._state, call_id, at))

    async def last_answerer(self, caller: PhoneNumber, since: datetime) -> UserId | None:
        self._unit.reading()
        answers = [
            (answer.at, stored.number, answer.user_id)
            for stored, answer in _answers(self._state, since)
            if stored.call.caller == caller
        ]
        return max(answers)[2] if answers else None

    async def talks(self, user_ids: Collection[UserId], since: datetime) -> Mapping[UserId, TalkRecord]:
        self._unit.reading()
        wanted = frozenset(user_ids)
        records: dict[UserId, TalkRecord] = {}
        for _, answer in _answers(self._state, since):
            if answer.user_id in wanted:
                known = records.get(answer.user_id)
                idle = answer.idle_since if known is None else max(known.idle_since, answer.idle_since)
                records[answer.user_id] = TalkRecord((known.answered if known is not None else 0) + 1, idle)
        return records


def call(state: State, call_id: CallId) -> Call | None:
    stored = state.calls.get(call_id)
    return None if stored is None else stored.call


def page(state: State, where: CallFilter, limit: int, after: int | None) -> Page[CallRow]:
    found: list[CallRow] = []
    for stored in reversed(state.calls.values()):
        if (after is None or stored.number < after) and _matches(stored, where):
            if len(found) == limit:
                return Page(tuple(found), str(found[-1].number) if found else None)
            found.append(_row(stored))
    return Page(tuple(found))


def settled(state: State, since: datetime, until: datetime, limit: int, after: int | None) -> Page[Call]:
    found = [
        stored
        for stored in state.calls.values()
        if stored.call.settled_at is not None and since <= stored.created_at < until and stored.number > (after or 0)
    ]
    calls = tuple(stored.call for stored in found[:limit])
    return Page(calls, str(found[limit - 1].number) if len(found) > limit else None)


def due(state: State, now: datetime, limit: int) -> tuple[CallId, ...]:
    times = [(s.due, s.number, s.call.id) for s in state.calls.values() if s.due is not None and s.due <= now]
    return tuple(call_id for _, _, call_id in sorted(times)[:limit])


def live(state: State) -> tuple[CallId, ...]:
    return tuple(stored.call.id for stored in state.calls.values() if stored.call.live)


def _save(state: State, call: Call, journal: Journal) -> None:
    stored = state.calls.get(call.id)
    if call.version != (0 if stored is None else stored.call.version):
        raise Conflict(call_id=call.id)
    number = len(state.calls) + 1 if stored is None else stored.number
    created_at = call.seen_at if stored is None else stored.created_at
    after = replace(call, version=call.version + 1)
    journal.put(state.calls, call.id, StoredCall(after, number, created_at, due_at(call)))


def _look_again(state: State, call_id: CallId, at: datetime, journal: Journal) -> None:
    stored = state.calls.get(call_id)
    if stored is not None:
        journal.put(state.calls, call_id, StoredCall(stored.call, stored.number, stored.created_at, at))


def _answers(state: State, since: datetime) -> Iterator[tuple[StoredCall, Answer]]:
    for stored in state.calls.values():
        answer = stored.answer
        if answer is not None and answer.at >= since:
            yield stored, answer


def _matches(stored: StoredCall, where: CallFilter) -> bool:
    call = stored.call
    return (
        (where.from_number is None or call.from_number == where.from_number)
        and (where.party is None or where.party in {call.from_number, call.to_number})
        and (where.since is None or stored.created_at >= where.since)
        and (where.outcome is None or outcome(call) is where.outcome)
    )


def _row(stored: StoredCall) -> CallRow:
    call = stored.call
    return CallRow(
        number=stored.number,
        sid=call.id,
        direction=call.direction,
        from_number=call.from_number,
        to_number=call.to_number,
        participant=call.participant,
        status=call.status,
        outcome=outcome(call),
        duration=call.duration,
        created_at=stored.created_at,
        updated_at=call.news_at,
        has_copies=bool(call.copies),
    )

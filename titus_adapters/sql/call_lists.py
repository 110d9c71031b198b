"""The read side of calls: pages, timers and what waits in the inbox."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from titus_adapters.sql import events, inbox
from titus_adapters.sql.calls import GET, C
from titus_adapters.sql.session import Reading
from titus_adapters.sql.statements import Query, bind
from titus_core.calls.model import Call, CallStatus, Direction, Outcome
from titus_core.calls.ports import CallFilter, CallRow, Waiting
from titus_core.kernel.events import Recorded
from titus_core.kernel.ids import CallId
from titus_core.kernel.paging import Page

_CONDITIONS = {
    "outcome": C.outcome == bind(C.outcome),
    "from_number": C.from_number == bind(C.from_number),
    "party": sa.or_(C.from_number == bind(C.from_number, "party"), C.to_number == bind(C.to_number, "party")),
    "since": C.created_at >= bind(C.created_at, "since"),
    "after": C.number < bind(C.number, "after"),
}
_LIMIT = sa.bindparam("limit", type_=sa.BigInteger())


def _numbered(call: Call, number: int) -> tuple[Call, int]:
    return call, number


_DUE = Query(
    sa.select(C.sid)
    .where(C.due_at.is_not(None), C.due_at <= bind(C.due_at, "now"))
    .order_by(C.due_at, C.number)
    .limit(_LIMIT),
    CallId,
)
_LIVE = Query(sa.select(C.sid).where(C.live == sa.true()).order_by(C.number), CallId)


_SETTLED = Query(
    sa.select(C.state, C.number)
    .where(
        C.settled == sa.true(),
        C.created_at >= bind(C.created_at, "since"),
        C.created_at < bind(C.created_at, "until"),
        C.number > bind(C.number, "after"),
    )
    .order_by(C.number)
    .limit(_LIMIT),
    _numbered,
)


class CallQueries:
    """`titus_core.calls.ports.CallReader`."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    async def call(self, call_id: CallId) -> Call | None:
        return await self._reading.one(GET, {"sid": call_id})

    async def events(self, call_id: CallId) -> tuple[Recorded, ...]:
        return tuple(await self._reading.all(events.OF_SUBJECT, {"subject": f"call:{call_id}"}))

    async def calls(self, where: CallFilter, limit: int, after: int | None) -> Page[CallRow]:
        asked = {
            "outcome": where.outcome,
            "from_number": where.from_number,
            "party": where.party,
            "since": where.since,
            "after": after,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        rows = await self._reading.all(_list(tuple(given)), {**given, "limit": limit + 1})
        return Page(tuple(rows[:limit]), str(rows[limit - 1].number) if len(rows) > limit else None)

    async def settled(self, since: datetime, until: datetime, limit: int, after: int | None) -> Page[Call]:
        asked = {"since": since, "until": until, "after": after or 0, "limit": limit + 1}
        rows = await self._reading.all(_SETTLED, asked)
        return Page(tuple(call for call, _ in rows[:limit]), str(rows[limit - 1][1]) if len(rows) > limit else None)

    async def due(self, now: datetime, limit: int) -> tuple[CallId, ...]:
        return tuple(await self._reading.all(_DUE, {"now": now, "limit": limit}))

    async def live(self) -> tuple[CallId, ...]:
        return tuple(await self._reading.all(_LIVE, {}))

    async def waiting(self, now: datetime, limit: int) -> tuple[Waiting, ...]:
        return tuple(await self._reading.all(inbox.WAITING, {"limit": limit, **inbox.pauses_before(now)}))


@lru_cache
def _list(conditions: tuple[str, ...]) -> Query[CallRow]:
    """One query per combination of filters."""
    return Query(
        sa.select(
            C.number,
            C.sid,
            C.direction,
            C.from_number,
            C.to_number,
            C.participant,
            C.status,
            C.outcome,
            C.duration,
            C.created_at,
            C.updated_at,
            C.has_copies,
        )
        .where(*[_CONDITIONS[name] for name in conditions])
        .order_by(C.number.desc())
        .limit(_LIMIT),
        _row,
    )


def _row(
    number: int,
    sid: str,
    direction: str,
    from_number: str,
    to_number: str,
    participant: str | None,
    status: str,
    outcome: str | None,
    duration: int | None,
    created_at: datetime,
    updated_at: datetime,
    has_copies: bool,
) -> CallRow:
    return CallRow(
        number,
        CallId(sid),
        Direction(direction),
        from_number,
        to_number,
        participant,
        CallStatus(status),
        None if outcome is None else Outcome(outcome),
        duration,
        created_at,
        updated_at,
        has_copies,
    )

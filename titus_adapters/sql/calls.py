"""Calls: the whole call as JSON, and beside it the columns that lists, timers and statistics look for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.lists import among
from titus_adapters.sql.metadata import counted, metadata, text
from titus_adapters.sql.session import Session
from titus_adapters.sql.statements import Params, Query, bind, binds, change, insert
from titus_adapters.sql.types import Bool, Json, Utc
from titus_core.calls import evidence
from titus_core.calls.model import Call
from titus_core.calls.ports import TalkRecord
from titus_core.calls.timers import due_at
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber

calls = sa.Table(
    "calls",
    metadata,
    counted("number"),
    text("sid"),
    sa.Column("version", sa.BigInteger(), nullable=False),
    sa.Column("state", Json(Call), nullable=False),
    text("direction"),
    text("from_number"),
    text("caller", nullable=True),
    text("to_number"),
    text("participant", nullable=True),
    text("status"),
    text("outcome", nullable=True),
    sa.Column("live", Bool(), nullable=False),
    sa.Column("settled", Bool(), nullable=False),
    sa.Column("duration", sa.BigInteger()),
    sa.Column("answered_by", sa.BigInteger()),
    sa.Column("answered_at", Utc()),
    sa.Column("talk_ended_at", Utc()),
    sa.Column("ended_at", Utc()),
    sa.Column("created_at", Utc(), nullable=False),
    sa.Column("updated_at", Utc(), nullable=False),
    sa.Column("due_at", Utc()),
    sa.Column("has_copies", Bool(), server_default=sa.false(), nullable=False),
    sa.UniqueConstraint("sid"),
    sqlite_autoincrement=True,
)
C = calls.c

sa.Index("ix_calls_due", C.due_at, postgresql_where=C.due_at.is_not(None), sqlite_where=C.due_at.is_not(None))
sa.Index("ix_calls_live", C.number, postgresql_where=C.live == sa.true(), sqlite_where=C.live == sa.true())
_KEPT = C.has_copies == sa.true()
sa.Index("ix_calls_copies", C.created_at, postgresql_where=_KEPT, sqlite_where=_KEPT)
sa.Index(None, C.caller, C.answered_at)
sa.Index(None, C.answered_by, C.answered_at)
sa.Index(None, C.outcome, C.number)
sa.Index(None, C.from_number, C.number)
sa.Index(None, C.to_number, C.number)
sa.Index(None, C.created_at)


def the_state(state: Call) -> Call:
    return state


GET = Query(sa.select(C.state).where(C.sid == bind(C.sid)), the_state)
_INSERT = insert(calls, "sid")
_UPDATE = change(
    sa.update(calls)
    .where(C.sid == bind(C.sid), C.version == bind(C.version, "known"))
    .values({name: value for name, value in binds(calls).items() if name not in {"sid", "created_at"}}),
    "sid",
)
_LOOK_AGAIN = change(sa.update(calls).where(C.sid == bind(C.sid)).values(due_at=bind(C.due_at)), "sid")
_LAST_ANSWERER = Query(
    sa.select(C.answered_by)
    .where(C.caller == bind(C.caller), C.answered_at >= bind(C.answered_at, "since"), C.answered_by.is_not(None))
    .order_by(C.answered_at.desc(), C.number.desc())
    .limit(1),
    UserId,
)
_TALKS = Query(
    sa.select(
        C.answered_by,
        sa.func.count(),
        sa.type_coerce(sa.func.max(sa.func.coalesce(C.talk_ended_at, C.answered_at)), Utc()),
    )
    .where(among(C.answered_by, "user_ids"), C.answered_at >= bind(C.answered_at, "since"))
    .group_by(C.answered_by),
    lambda user_id, answered, idle_since: (UserId(user_id), TalkRecord(answered, idle_since)),
)


class _Talk(NamedTuple):
    answered_by: UserId | None = None
    answered_at: datetime | None = None
    talk_ended_at: datetime | None = None


class SqlCalls:
    """`titus_core.calls.ports.Calls`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, call_id: CallId) -> Call | None:
        return await self._session.one(GET, {"sid": call_id})

    def save(self, call: Call) -> None:
        row = _row(msgspec.structs.replace(call, version=call.version + 1))
        self._session.write(_UPDATE if call.version else _INSERT, {**row, "known": call.version}, expect=1)

    def look_again(self, call_id: CallId, at: datetime) -> None:
        self._session.write(_LOOK_AGAIN, {"sid": call_id, "due_at": at})

    async def last_answerer(self, caller: PhoneNumber, since: datetime) -> UserId | None:
        return await self._session.one(_LAST_ANSWERER, {"caller": caller, "since": since})

    async def talks(self, user_ids: Collection[UserId], since: datetime) -> Mapping[UserId, TalkRecord]:
        return dict(await self._session.all(_TALKS, {"user_ids": list(user_ids), "since": since}))


def _row(call: Call) -> Params:
    talk = _talk(call)
    return {
        "sid": call.id,
        "version": call.version,
        "state": call,
        "direction": call.direction,
        "from_number": call.from_number,
        "caller": call.caller,
        "to_number": call.to_number,
        "participant": call.participant,
        "status": call.status,
        "outcome": evidence.outcome(call),
        "live": call.live,
        "settled": call.settled_at is not None,
        "has_copies": bool(call.copies),
        "duration": call.duration,
        "answered_by": talk.answered_by,
        "answered_at": talk.answered_at,
        "talk_ended_at": talk.talk_ended_at,
        "ended_at": call.ended_at,
        "created_at": call.seen_at,
        "updated_at": call.news_at,
        "due_at": due_at(call),
    }


def _talk(call: Call) -> _Talk:
    for wave in call.waves:
        if (attempt := evidence.winner(call, wave)) is not None:
            over = evidence.talk_ended_at(call, wave, attempt)
            return _Talk(attempt.user_id, evidence.answered_at(call), over)
    return _Talk()

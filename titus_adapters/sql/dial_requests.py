"""The calls that we were asked to place, and what became of each."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import sqlalchemy as sa
from msgspec.structs import replace

from titus_adapters.sql.lists import among
from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.session import Reading, Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert
from titus_adapters.sql.types import Json, Utc
from titus_core.calls.dialling import DialId, DialRequest, DialState
from titus_core.kernel.ids import CallId, UserId

dial_requests = sa.Table(
    "dial_requests",
    metadata,
    text("id", primary_key=True),
    sa.Column("version", sa.BigInteger(), nullable=False),
    sa.Column("placed_by", sa.BigInteger(), nullable=False),
    text("key", nullable=True),
    text("status"),
    text("call_id", nullable=True),
    sa.Column("requested_at", Utc(), nullable=False),
    sa.Column("state", Json(DialRequest), nullable=False),
    sa.UniqueConstraint("placed_by", "key"),
    sa.Index(None, "call_id"),
    sa.Index(None, "status", "requested_at"),
    sa.Index(None, "requested_at"),
)
_D = dial_requests.c


def _the_state(state: DialRequest) -> DialRequest:
    return state


_LATEST = (
    sa.select(_D.state)
    .order_by(_D.requested_at.desc(), _D.id.desc())
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
)
_GET = Query(sa.select(_D.state).where(_D.id == bind(_D.id)), _the_state)
_OF_KEY = Query(sa.select(_D.state).where(_D.placed_by == bind(_D.placed_by), _D.key == bind(_D.key)), _the_state)
_OF_CALLS = Query(sa.select(_D.call_id).where(among(_D.call_id, "call_ids")).order_by(_D.call_id), CallId)
_S = dial_requests.alias("last_seen").c
_SEEN_AT = sa.select(_S.requested_at).where(_S.id == bind(_S.id, "after")).scalar_subquery()
_CONDITIONS = {
    "status": _D.status == bind(_D.status),
    "after": sa.or_(_D.requested_at < _SEEN_AT, sa.and_(_D.requested_at == _SEEN_AT, _D.id < bind(_D.id, "after"))),
}
_INSERT = insert(dial_requests, "id")
_UPDATE = change(
    sa.update(dial_requests)
    .where(_D.id == bind(_D.id, "id"), _D.version == bind(_D.version, "known"))
    .values({name: value for name, value in binds(dial_requests).items() if name != "id"}),
    "id",
)


class SqlDialRequests:
    """`titus_core.calls.ports.DialRequests`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, dial_id: DialId) -> DialRequest | None:
        return await self._session.one(_GET, {"id": dial_id})

    async def of_key(self, user_id: UserId, key: str) -> DialRequest | None:
        return await self._session.one(_OF_KEY, {"placed_by": user_id, "key": key})

    async def of_calls(self, call_ids: Collection[CallId]) -> tuple[CallId, ...]:
        return tuple(await self._session.all(_OF_CALLS, {"call_ids": list(call_ids)}))

    def save(self, request: DialRequest) -> None:
        row = _row(replace(request, version=request.version + 1))
        command = _UPDATE if request.version else _INSERT
        self._session.write(command, {**row, "known": request.version}, expect=1)


class DialQueries:
    """A part of `titus_core.calls.ports.CallReader`."""

    _reading: Reading

    async def dial_requests(
        self, state: DialState | None, limit: int, after: DialId | None = None
    ) -> tuple[DialRequest, ...]:
        asked = {"status": state.value if state is not None else None, "after": after}
        given = {name: value for name, value in asked.items() if value is not None}
        return tuple(await self._reading.all(_list(tuple(given)), {**given, "limit": limit}))


@lru_cache
def _list(conditions: tuple[str, ...]) -> Query[DialRequest]:
    """One query per combination of filters."""
    return Query(_LATEST.where(*[_CONDITIONS[name] for name in conditions]), _the_state)


def _row(request: DialRequest) -> dict[str, object]:
    return {
        "id": request.id,
        "version": request.version,
        "placed_by": request.placed_by,
        "key": request.key,
        "status": request.state.value,
        "call_id": request.call_id,
        "requested_at": request.requested_at,
        "state": request,
    }

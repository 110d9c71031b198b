"""What is owed to callers whom nobody served."""

from __future__ import annotations

import sqlalchemy as sa
from msgspec.structs import replace

from titus_adapters.sql.metadata import counted, metadata, text
from titus_adapters.sql.session import Reading, Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert
from titus_adapters.sql.types import Json, Utc
from titus_core.callbacks.model import Callback, CallbackState
from titus_core.callbacks.ports import Which
from titus_core.kernel.ids import CallId
from titus_core.kernel.paging import Page

callbacks = sa.Table(
    "callbacks",
    metadata,
    counted("number"),
    text("call_id"),
    sa.Column("version", sa.BigInteger(), nullable=False),
    text("caller", nullable=True),
    text("status"),
    sa.Column("called_at", Utc(), nullable=False),
    sa.Column("state", Json(Callback), nullable=False),
    sa.UniqueConstraint("call_id"),
    sqlite_autoincrement=True,
)
_C = callbacks.c
_CLOSED = sa.text("'closed'")
_IS_DUE = _C.status != _CLOSED
sa.Index("ix_callbacks_due", _C.number, postgresql_where=_IS_DUE, sqlite_where=_IS_DUE)
sa.Index(None, _C.caller, _C.called_at)


def _read(state: Callback, number: int) -> Callback:
    return replace(state, number=number)


_ROW = sa.select(_C.state, _C.number)
_GET = Query(_ROW.where(_C.call_id == bind(_C.call_id)), _read)
_INSERT = insert(callbacks, "call_id")
_UPDATE = change(
    sa.update(callbacks)
    .where(_C.call_id == bind(_C.call_id), _C.version == bind(_C.version, "known"))
    .values({name: value for name, value in binds(callbacks).items() if name != "call_id"}),
    "call_id",
)
_AFTER = bind(_C.number, "after")
_LIMIT = sa.bindparam("limit", type_=sa.BigInteger())
_DUE = Query(_ROW.where(_IS_DUE, _C.number > _AFTER).order_by(_C.number).limit(_LIMIT), _read)
_LIKE = Query(
    _ROW.where(_IS_DUE, _C.status == bind(_C.status), _C.number > _AFTER).order_by(_C.number).limit(_LIMIT), _read
)
_OVER = Query(
    _ROW.where(_C.status == _CLOSED, _C.number < _AFTER).order_by(_C.number.desc()).limit(_LIMIT),
    _read,
)
_BEHIND_ALL = 2**62


class SqlCallbacks:
    """`titus_core.callbacks.ports.Callbacks`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, call_id: CallId) -> Callback | None:
        return await self._session.one(_GET, {"call_id": call_id})

    def save(self, callback: Callback) -> None:
        row = _row(replace(callback, version=callback.version + 1))
        command = _UPDATE if callback.version else _INSERT
        self._session.write(command, {**row, "known": callback.version}, expect=1)


class CallbackQueries:
    """`titus_core.callbacks.ports.CallbackReader`."""

    _reading: Reading

    async def callback(self, call_id: CallId) -> Callback | None:
        return await self._reading.one(_GET, {"call_id": call_id})

    async def callbacks(self, which: Which, limit: int, after: int | None) -> Page[Callback]:
        start = after if after is not None else (_BEHIND_ALL if which is Which.CLOSED else 0)
        asked = {"after": start, "limit": limit + 1}
        rows = await self._reading.all(_query(which), {**asked, "status": which.value} if _by_state(which) else asked)
        return Page(tuple(rows[:limit]), str(rows[limit - 1].number) if len(rows) > limit else None)


def _by_state(which: Which) -> bool:
    return which in {Which.OPEN, Which.CLAIMED}


def _query(which: Which) -> Query[Callback]:
    if which is Which.CLOSED:
        return _OVER
    return _LIKE if _by_state(which) else _DUE


def _row(callback: Callback) -> dict[str, object]:
    return {
        "call_id": callback.call_id,
        "version": callback.version,
        "caller": callback.caller,
        "status": CallbackState(callback.state).value,
        "called_at": callback.called_at,
        "state": callback,
    }

"""What we have copies of, and need not keep for anybody."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from titus_adapters.sql.callbacks import callbacks
from titus_adapters.sql.calls import calls
from titus_adapters.sql.session import Reading
from titus_adapters.sql.statements import Query, bind
from titus_adapters.sql.transcripts import transcripts
from titus_core.kernel.ids import CallId, ConversationId

_B, _C, _T = callbacks.c, calls.c, transcripts.c
_LIMIT = sa.bindparam("limit", type_=sa.BigInteger())


def _is_owed(call_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_B.call_id == call_id, _B.status != sa.text("'closed'"))


_WITH_COPIES = Query(
    sa.select(_C.sid)
    .where(
        _C.has_copies == sa.true(),
        _C.settled == sa.true(),
        _C.created_at < bind(_C.created_at, "before"),
        ~_is_owed(_C.sid),
    )
    .order_by(_C.created_at, _C.number)
    .limit(_LIMIT),
    CallId,
)
_WITH_AUDIO = Query(
    sa.select(_T.id)
    .where(
        _T.has_audio == sa.true(),
        _T.heard_at < bind(_T.heard_at, "before"),
        _T.call_id.is_not(None),
        ~_is_owed(_T.call_id),
    )
    .order_by(_T.heard_at, _T.id)
    .limit(_LIMIT),
    ConversationId,
)


class RetentionQueries:
    """A part of `titus_core.calls.ports.CallReader`."""

    _reading: Reading

    async def with_copies(self, before: datetime, limit: int) -> tuple[CallId, ...]:
        return tuple(await self._reading.all(_WITH_COPIES, {"before": before, "limit": limit}))

    async def with_audio(self, before: datetime, limit: int) -> tuple[ConversationId, ...]:
        return tuple(await self._reading.all(_WITH_AUDIO, {"before": before, "limit": limit}))

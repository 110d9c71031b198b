"""The feed: all stored events in the order in which nothing is ever inserted later (decision 0012)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from titus_adapters.bell import Bell
from titus_adapters.sql.events import READ, events, recorded
from titus_adapters.sql.session import Reading
from titus_adapters.sql.statements import Query, bind
from titus_core.calls.ports import Fed, Mark

E = events.c

_LIMIT = sa.bindparam("limit", type_=sa.BigInteger())

_OLDEST_RUNNING = sa.cast(sa.cast(sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot()), sa.Text()), sa.BigInteger())
"""Every transaction below it is over, and what it stored is seen by the very statement that asks."""


def _fed(txid: int, position: int, *rest: Any) -> Fed:
    return Fed(Mark(txid, position), recorded(position, *rest))


_SELECT = sa.select(E.txid, *READ).limit(_LIMIT)

BY_POSITION = Query(_SELECT.where(E.position > bind(E.position)).order_by(E.position), _fed)
"""Where one writer commits after another."""

BY_TRANSACTION = Query(
    _SELECT.where(
        sa.tuple_(E.txid, E.position) > sa.tuple_(bind(E.txid), bind(E.position)), E.txid < _OLDEST_RUNNING
    ).order_by(E.txid, E.position),
    _fed,
)
"""Where many commit at once: a transaction may get its positions first and commit last."""

LAST_POSITION = Query(sa.select(E.txid, E.position).order_by(E.position.desc()).limit(1), Mark)
LAST_TRANSACTION = Query(
    sa.select(E.txid, E.position).where(E.txid < _OLDEST_RUNNING).order_by(E.txid.desc(), E.position.desc()).limit(1),
    Mark,
)


class SqlFeed:
    """`titus_core.calls.ports.Feed`."""

    def __init__(self, reading: Reading, bell: Bell, after: Query[Fed], newest: Query[Mark]) -> None:
        self._reading, self._bell = reading, bell
        self._after, self._newest = after, newest

    async def after(self, mark: Mark, limit: int) -> tuple[Fed, ...]:
        asked = {"txid": mark.txid, "position": mark.position, "limit": limit}
        return tuple(await self._reading.all(self._after, asked))

    async def newest(self) -> Mark:
        return await self._reading.one(self._newest, {}) or Mark()

    async def wait(self, seconds: float) -> None:
        await self._bell.wait(seconds)

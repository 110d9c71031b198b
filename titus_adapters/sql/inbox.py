"""Every webhook as it came, with the answer that it got.

`key` names the fact itself and is unique per route, so looking for the key finds every repetition; a token counts only
together with the same key, and so needs no search of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from titus_adapters.sql.metadata import counted, metadata, text
from titus_adapters.sql.session import Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert
from titus_adapters.sql.types import Bool, Json, Utc
from titus_core.calls.instructions import Reply
from titus_core.calls.ports import Delivery, Kept, Waiting

inbox = sa.Table(
    "inbox",
    metadata,
    counted("id"),
    text("route"),
    text("key"),
    text("token", nullable=True),
    text("query"),
    text("body"),
    sa.Column("received_at", Utc(), nullable=False),
    sa.Column("reply", Json(Reply)),
    text("base_url"),
    sa.Column("reduced", Bool(), nullable=False),
    sa.Column("tries", sa.BigInteger(), nullable=False),
    sa.Column("tried_at", Utc()),
    sa.UniqueConstraint("route", "key"),
    sqlite_autoincrement=True,
)
_I = inbox.c

_HAS_TOKEN = _I.token.is_not(None)
_UNREDUCED = _I.reduced == sa.false()
sa.Index("uq_inbox_token", _I.route, _I.token, unique=True, postgresql_where=_HAS_TOKEN, sqlite_where=_HAS_TOKEN)
sa.Index("ix_inbox_waiting", _I.id, postgresql_where=_UNREDUCED, sqlite_where=_UNREDUCED)

_LONGEST_PAUSE = timedelta(hours=1)
_PAUSES = 12
"""After so many tries the pause has its full length: 2^12 s are more than an hour."""


def _token_if_free() -> sa.ColumnElement[str]:
    other = inbox.alias()
    taken = sa.exists().where(other.c.route == bind(_I.route), other.c.token == bind(_I.token))
    return sa.case((taken, sa.null()), else_=bind(_I.token))


_FIND = Query(
    sa.select(_I.key, _I.reply, _I.base_url).where(_I.route == bind(_I.route), _I.key == bind(_I.key)),
    Kept,
)
_KEEP = insert(inbox, values={**binds(inbox), "token": _token_if_free()})
_SETTLE = change(
    sa.update(inbox)
    .where(_I.id == bind(_I.id, "waiting_id"), _UNREDUCED)  # once understood it stays so, however late a failure is
    .values(reduced=bind(_I.reduced), tries=_I.tries + 1, tried_at=bind(_I.tried_at)),
    "waiting_id",
)


def _waiting(
    id: int,  # the column's name
    route: str,
    key: str,
    token: str | None,
    query: str,
    body: str,
    received_at: datetime,
    tries: int,
) -> Waiting:
    delivery = Delivery(route=route, key=key, token=token, query=query, body=body, received_at=received_at)
    return Waiting(id, delivery, tries)


WAITING = Query(
    sa.select(_I.id, _I.route, _I.key, _I.token, _I.query, _I.body, _I.received_at, _I.tries)
    .where(
        _UNREDUCED,
        sa.or_(
            _I.tried_at.is_(None),
            _I.tried_at
            <= sa.case(
                *[(_I.tries == sa.literal_column(str(n)), bind(_I.tried_at, f"pause_{n}")) for n in range(_PAUSES)],
                else_=bind(_I.tried_at, f"pause_{_PAUSES}"),
            ),
        ),
    )
    .order_by(_I.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger())),
    _waiting,
)


def pauses_before(now: datetime) -> dict[str, object]:
    """For each number of tries, when the last of them must have been at the latest."""
    return {f"pause_{n}": now - min(timedelta(seconds=2**n), _LONGEST_PAUSE) for n in range(_PAUSES + 1)}


class SqlInbox:
    """`titus_core.calls.ports.Inbox`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, route: str, key: str, token: str | None) -> Kept | None:
        return await self._session.one(_FIND, {"route": route, "key": key})

    def keep(self, delivery: Delivery, reply: Reply | None, base_url: str, *, reduced: bool = True) -> None:
        row = {
            "route": delivery.route,
            "key": delivery.key,
            "token": delivery.token,
            "query": delivery.query,
            "body": delivery.body,
            "received_at": delivery.received_at,
            "reply": reply,
            "base_url": base_url,
            "reduced": reduced,
            "tries": 0,
            "tried_at": None,
        }
        self._session.write(_KEEP, row, expect=1)

    def settle(self, waiting_id: int, *, reduced: bool, at: datetime) -> None:
        self._session.write(_SETTLE, {"waiting_id": waiting_id, "reduced": reduced, "tried_at": at})

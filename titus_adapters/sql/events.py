"""The trail: events as they happened, appended and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from titus_adapters.sql.metadata import counted, metadata, text
from titus_adapters.sql.session import Reading
from titus_adapters.sql.statements import Command, Params, Query, bind
from titus_adapters.sql.types import Json, Utc
from titus_core.kernel.actor import Actor
from titus_core.kernel.events import Envelope, Recorded
from titus_core.kernel.ids import UserId


class _WritingTransaction(FunctionElement[int]):
    """The number of the transaction that writes, as a column's default. SQLite needs none: one writes after another."""

    inherit_cache = True
    type = sa.BigInteger()


@compiles(_WritingTransaction, "sqlite")
def _none(element: _WritingTransaction, compiler: SQLCompiler, **kw: Any) -> str:
    return "0"


@compiles(_WritingTransaction, "postgresql")
def _current(element: _WritingTransaction, compiler: SQLCompiler, **kw: Any) -> str:
    return "((pg_current_xact_id())::text)::bigint"


events = sa.Table(
    "events",
    metadata,
    counted("position"),
    text("subject"),
    text("kind"),
    sa.Column("at", Utc(), nullable=False),
    text("actor_kind"),
    text("actor_name"),
    sa.Column("actor_id", sa.BigInteger()),
    sa.Column("data", Json(msgspec.Raw, verbatim=True), nullable=False),
    sa.Column("txid", sa.BigInteger(), server_default=_WritingTransaction(), nullable=False),
    sa.Index(None, "subject", "position"),
    sqlite_autoincrement=True,
)

# The feed's order (`feed.py`). On SQLite it stays empty: `position` is the order there.
sa.Index("ix_events_txid_position", events.c.txid, events.c.position, sqlite_where=events.c.txid > sa.text("0"))

# Of all kinds, the one that is looked for by itself.
_ALERTS = events.c.kind == sa.text("'provider.alerted'")
sa.Index("ix_events_alerts", events.c.at, postgresql_where=_ALERTS, sqlite_where=_ALERTS)

READ = tuple(column for column in events.columns if column.name != "txid")
"""What an event is; the rest is where it stands in the feed."""

_GIVEN = tuple(column for column in READ if column.identity is None)

_AT_ONCE = 16
"""Rows per statement: few enough that the texts for 1, 2, 3… rows stay in the drivers' caches."""


def appending(envelopes: Sequence[Envelope]) -> Iterator[tuple[Command, Params]]:
    """The commands that keep these events, in this order."""
    for start in range(0, len(envelopes), _AT_ONCE):
        some = envelopes[start : start + _AT_ONCE]
        named = [zip(_names(row), _values(envelope), strict=True) for row, envelope in enumerate(some)]
        yield _append(len(some)), dict(chain.from_iterable(named))


def _values(envelope: Envelope) -> tuple[object, ...]:
    """In the order of `_GIVEN`."""
    actor, event = envelope.actor, envelope.event
    kind = event.__struct_config__.tag
    return envelope.subject, kind, envelope.at, actor.kind, actor.name, actor.user_id, event


@lru_cache
def _names(row: int) -> tuple[str, ...]:
    return tuple(f"{column.name}_{row}" for column in _GIVEN)


@lru_cache
def _append(rows: int) -> Command:
    values = [{c.name: bind(c, f"{c.name}_{row}") for c in _GIVEN} for row in range(rows)]
    statement = sa.insert(events).values(values).inline()
    return Command(statement, statement, None)


def recorded(
    position: int, subject: str, kind: str, at: datetime, by: Any, name: str, user_id: UserId | None, data: msgspec.Raw
) -> Recorded:
    return Recorded(position, subject, kind, at, Actor(by, name, user_id), data)


OF_SUBJECT = Query(
    sa.select(*READ).where(events.c.subject == bind(events.c.subject)).order_by(events.c.position),
    recorded,
)
_ALERTS_SINCE = Query(
    sa.select(*READ)
    .where(_ALERTS, events.c.at >= bind(events.c.at, "since"))
    .order_by(events.c.at, events.c.position)
    .limit(sa.bindparam("limit", type_=sa.BigInteger())),
    recorded,
)


class AlertQueries:
    """A part of `titus_core.calls.ports.CallReader`."""

    _reading: Reading

    async def alerts(self, since: datetime, limit: int) -> tuple[Recorded, ...]:
        return tuple(await self._reading.all(_ALERTS_SINCE, {"since": since, "limit": limit}))

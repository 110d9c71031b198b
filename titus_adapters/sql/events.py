"""The trail: events as they happened, appended and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.metadata import counted, metadata, text
from titus_adapters.sql.statements import Command, Params, Query, bind
from titus_adapters.sql.types import Json, Utc
from titus_core.kernel.actor import Actor
from titus_core.kernel.events import Envelope, Recorded
from titus_core.kernel.ids import UserId

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
    sa.Index(None, "subject", "position"),
    sqlite_autoincrement=True,
)

_AT_ONCE = 16
"""Rows per statement: few enough that the texts for 1, 2, 3… rows stay in the drivers' caches."""


def appending(envelopes: Sequence[Envelope]) -> Iterator[tuple[Command, Params]]:
    """The commands that keep these events, in this order."""
    for start in range(0, len(envelopes), _AT_ONCE):
        some = envelopes[start : start + _AT_ONCE]
        yield _append(len(some)), {k: v for row, e in enumerate(some) for k, v in _values(e, row)}


def _values(envelope: Envelope, row: int) -> Iterator[tuple[str, object]]:
    actor = envelope.actor
    yield f"subject_{row}", envelope.subject
    yield f"kind_{row}", envelope.event.__struct_config__.tag
    yield f"at_{row}", envelope.at
    yield f"actor_kind_{row}", actor.kind
    yield f"actor_name_{row}", actor.name
    yield f"actor_id_{row}", actor.user_id
    yield f"data_{row}", envelope.event


@lru_cache
def _append(rows: int) -> Command:
    columns = [column for column in events.columns if column.identity is None]
    values = [{c.name: bind(c, f"{c.name}_{row}") for c in columns} for row in range(rows)]
    statement = sa.insert(events).values(values).inline()
    return Command(statement, statement, None)


def _recorded(
    position: int, subject: str, kind: str, at: datetime, by: Any, name: str, user_id: UserId | None, data: msgspec.Raw
) -> Recorded:
    return Recorded(position, subject, kind, at, Actor(by, name, user_id), data)


OF_SUBJECT = Query(
    sa.select(*events.columns).where(events.c.subject == bind(events.c.subject)).order_by(events.c.position),
    _recorded,
)

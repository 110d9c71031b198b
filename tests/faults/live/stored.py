"""All that the database holds of calls, read in pages through the store's own mappers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.calls import calls
from titus_adapters.sql.events import events
from titus_adapters.sql.inbox import inbox
from titus_adapters.sql.statements import Query, bind
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.instructions import Reply
from titus_core.calls.model import Call
from titus_core.kernel.ids import CallId

R = TypeVar("R")
_PAGE = 2000
_LIMIT = sa.bindparam("limit", type_=sa.BigInteger())


class Kept(msgspec.Struct, frozen=True):
    """A row of the inbox."""

    place: int
    route: str
    key: str
    query: str
    body: str
    reply: Reply | None
    base_url: str
    reduced: bool


class Happened(msgspec.Struct, frozen=True):
    """A row of the trail."""

    place: int
    subject: str
    at: datetime
    data: msgspec.Raw


class Numbered(msgspec.Struct, frozen=True):
    """A call, and its number."""

    place: int
    call: Call


class Stored(msgspec.Struct, frozen=True):
    """Calls by their ids, their events in order, and the inbox by route and key."""

    calls: dict[CallId, Call]
    events: dict[CallId, list[tuple[AnyCallEvent, datetime]]]
    inbox: dict[tuple[str, str], Kept]


async def everything(store: Any) -> Stored:
    found = Stored({}, {}, {})
    async for row in _all(store, _CALLS):
        found.calls[row.call.id] = row.call
    decoder = msgspec.json.Decoder(AnyCallEvent)
    async for event in _all(store, _EVENTS):
        if event.subject.startswith("call:"):
            call_id = CallId(event.subject.removeprefix("call:"))
            found.events.setdefault(call_id, []).append((decoder.decode(event.data), event.at))
    async for kept in _all(store, _INBOX):
        found.inbox[kept.route, kept.key] = kept
    return found


async def _all(store: Any, query: Query[R]) -> AsyncIterator[Any]:
    """Page by page: a read answers within the few seconds that the application allows it."""
    after = 0
    while rows := await store.reader._reading.all(query, {"after": after, "limit": _PAGE}):
        for row in rows:
            yield row
        after = rows[-1].place


def _paged(place: sa.Column[int], *columns: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(place, *columns).where(place > bind(place, "after")).order_by(place).limit(_LIMIT)


_I, _E = inbox.c, events.c
_CALLS = Query(_paged(calls.c.number, calls.c.state), Numbered)
_EVENTS = Query(_paged(_E.position, _E.subject, _E.at, _E.data), Happened)
_INBOX = Query(_paged(_I.id, _I.route, _I.key, _I.query, _I.body, _I.reply, _I.base_url, _I.reduced), Kept)

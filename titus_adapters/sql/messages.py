"""Text messages, and who wants none."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from msgspec.structs import replace

from titus_adapters.sql.lists import among
from titus_adapters.sql.metadata import counted, metadata, text
from titus_adapters.sql.session import Reading, Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert, upsert
from titus_adapters.sql.types import Bool, Json, Utc
from titus_core.kernel.paging import Page
from titus_core.kernel.phone import PhoneNumber
from titus_core.messaging.model import Message, MessageId, MessageStatus, Purpose
from titus_core.messaging.ports import MessageFilter

messages = sa.Table(
    "messages",
    metadata,
    counted("number"),
    text("id"),
    sa.Column("version", sa.BigInteger(), nullable=False),
    text("provider_id", nullable=True),
    text("party", nullable=True),
    text("status"),
    text("purpose", nullable=True),
    sa.Column("created_at", Utc(), nullable=False),
    sa.Column("state", Json(Message), nullable=False),
    sa.UniqueConstraint("id"),
    sa.Index(None, "provider_id"),
    sa.Index(None, "party", "number"),
    sa.Index(None, "status", "number"),
    sqlite_autoincrement=True,
)
opt_outs = sa.Table(
    "opt_outs",
    metadata,
    text("number", primary_key=True),
    sa.Column("stopped", Bool(), nullable=False),
    sa.Column("at", Utc(), nullable=False),
)
_M, _O = messages.c, opt_outs.c
_UNTOLD = [MessageStatus.SENDING.value, MessageStatus.UNKNOWN.value]


def _read(state: Message, number: int) -> Message:
    return replace(state, number=number)


def _yes(number: int) -> bool:
    return True


def _said(stopped: bool) -> bool:
    return stopped


_ROW = sa.select(_M.state, _M.number)
_GET = Query(_ROW.where(_M.id == bind(_M.id)), _read)
_OF_PROVIDER = Query(_ROW.where(_M.provider_id == bind(_M.provider_id)).order_by(_M.number), _read)
_UNNAMED = Query(
    _ROW.where(
        _M.party == bind(_M.party),
        _M.provider_id.is_(None),
        among(_M.status, "statuses"),
    ).order_by(_M.number),
    _read,
)
_TEXTED = Query(
    sa.select(_M.number)
    .where(
        _M.party == bind(_M.party),
        _M.purpose == bind(_M.purpose),
        _M.created_at >= bind(_M.created_at, "since"),
    )
    .limit(sa.literal_column("1")),
    _yes,
)
_INSERT = insert(messages, "id")
_UPDATE = change(
    sa.update(messages)
    .where(_M.id == bind(_M.id), _M.version == bind(_M.version, "known"))
    .values({name: value for name, value in binds(messages).items() if name not in {"id", "created_at"}}),
    "id",
)
_STOPPED = Query(sa.select(_O.stopped).where(_O.number == bind(_O.number)), _said)
_SET = upsert(opt_outs, "number", unless=_O.at > bind(_O.at))
_CONDITIONS = {
    "party": _M.party == bind(_M.party),
    "status": _M.status == bind(_M.status),
    "after": _M.number < bind(_M.number, "after"),
}


class SqlMessages:
    """`titus_core.messaging.ports.Messages`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, message_id: MessageId) -> Message | None:
        return await self._session.one(_GET, {"id": message_id})

    async def of_provider(self, provider_id: str) -> Message | None:
        return await self._session.one(_OF_PROVIDER, {"provider_id": provider_id})

    async def unnamed(self, party: PhoneNumber) -> tuple[Message, ...]:
        return tuple(await self._session.all(_UNNAMED, {"party": party, "statuses": _UNTOLD}))

    async def texted(self, party: PhoneNumber, purpose: Purpose, since: datetime) -> bool:
        asked = {"party": party, "purpose": purpose.value, "since": since}
        return await self._session.one(_TEXTED, asked) is True

    def save(self, message: Message) -> None:
        row = _row(replace(message, version=message.version + 1))
        command = _UPDATE if message.version else _INSERT
        self._session.write(command, {**row, "known": message.version}, expect=1)


class SqlOptOuts:
    """`titus_core.messaging.ports.OptOuts`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def has(self, number: PhoneNumber) -> bool:
        return await self._session.one(_STOPPED, {"number": number}) is True

    def set(self, number: PhoneNumber, *, stopped: bool, at: datetime) -> None:
        self._session.write(_SET, {"number": number, "stopped": stopped, "at": at})


class MessageQueries:
    """`titus_core.messaging.ports.MessageReader`."""

    _reading: Reading

    async def message(self, message_id: MessageId) -> Message | None:
        return await self._reading.one(_GET, {"id": message_id})

    async def messages(self, where: MessageFilter, limit: int, after: int | None) -> Page[Message]:
        asked = {"party": where.party, "status": where.status, "after": after}
        given = {name: value for name, value in asked.items() if value is not None}
        rows = await self._reading.all(_list(tuple(given)), {**given, "limit": limit + 1})
        return Page(tuple(rows[:limit]), str(rows[limit - 1].number) if len(rows) > limit else None)


@lru_cache
def _list(conditions: tuple[str, ...]) -> Query[Message]:
    """One query per combination of filters."""
    limit = sa.bindparam("limit", type_=sa.BigInteger())
    return Query(_ROW.where(*[_CONDITIONS[name] for name in conditions]).order_by(_M.number.desc()).limit(limit), _read)


def _row(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "version": message.version,
        "provider_id": message.provider_id,
        "party": message.party,
        "status": message.status.value,
        "purpose": message.purpose.value if message.purpose is not None else None,
        "created_at": message.created_at,
        "state": message,
    }

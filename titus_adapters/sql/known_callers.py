"""Whose number it is, in a local table: routing never waits for another system."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.lists import among
from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.session import Session
from titus_adapters.sql.statements import Query, bind, change, upsert
from titus_core.calls.ports import CallerKind, KnownCaller
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber

known_callers = sa.Table(
    "known_callers",
    metadata,
    text("number", primary_key=True),
    text("contact_id", primary_key=True),
    text("name"),
    sa.Column("coordinator", sa.BigInteger()),
    text("kind"),
    sa.Index(None, "contact_id"),
)
_K = known_callers.c


def _caller(number: PhoneNumber, contact_id: str, name: str, coordinator: UserId | None, kind: str) -> KnownCaller:
    return KnownCaller(number, contact_id, name, coordinator, CallerKind(kind))


_ALL = sa.select(_K.number, _K.contact_id, _K.name, _K.coordinator, _K.kind)
_WITH_NUMBER = Query(_ALL.where(_K.number == bind(_K.number)).order_by(_K.contact_id), _caller)
_OF_CONTACTS = Query(_ALL.where(among(_K.contact_id, "ids")).order_by(_K.contact_id, _K.number), _caller)
_CONTACTS = Query(sa.select(_K.contact_id).distinct().order_by(_K.contact_id), str)
_SAVE = upsert(known_callers, "number", "contact_id")
_FORGET = change(
    sa.delete(known_callers).where(_K.number == bind(_K.number), _K.contact_id == bind(_K.contact_id)),
    "number",
    "contact_id",
)


class SqlKnownCallers:
    """`titus_core.calls.ports.KnownCallers`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def with_number(self, number: PhoneNumber) -> tuple[KnownCaller, ...]:
        return tuple(await self._session.all(_WITH_NUMBER, {"number": number}))

    async def of_contacts(self, ids: Collection[str]) -> tuple[KnownCaller, ...]:
        return tuple(await self._session.all(_OF_CONTACTS, {"ids": list(ids)}))

    async def contacts(self) -> tuple[str, ...]:
        return tuple(await self._session.all(_CONTACTS, {}))

    def save(self, caller: KnownCaller) -> None:
        self._session.write(_SAVE, msgspec.structs.asdict(caller))

    def forget(self, caller: KnownCaller) -> None:
        self._session.write(_FORGET, {"number": caller.number, "contact_id": caller.contact_id})

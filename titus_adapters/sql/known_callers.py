"""Whose number it is, in a local table: routing never waits for another system."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.session import Session
from titus_adapters.sql.statements import Query, bind, upsert
from titus_core.calls.ports import KnownCaller
from titus_core.kernel.phone import PhoneNumber

known_callers = sa.Table(
    "known_callers",
    metadata,
    text("number", primary_key=True),
    text("contact_id"),
    text("name"),
    sa.Column("coordinator", sa.BigInteger()),
)

_GET = Query(
    sa.select(*known_callers.columns).where(known_callers.c.number == bind(known_callers.c.number)), KnownCaller
)
_SAVE = upsert(known_callers, "number")


class SqlKnownCallers:
    """`titus_core.calls.ports.KnownCallers`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def identify(self, number: PhoneNumber) -> KnownCaller | None:
        return await self._session.one(_GET, {"number": number})

    def save(self, caller: KnownCaller) -> None:
        self._session.write(_SAVE, msgspec.structs.asdict(caller))

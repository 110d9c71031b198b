"""The people who can be rung: what they say of themselves, their browsers' heartbeats, and what they are engaged in.

No foreign keys point to users: users are never deleted, and a key would only forbid an order of writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.accounts import users
from titus_adapters.sql.engagements import engagements
from titus_adapters.sql.lists import among
from titus_adapters.sql.metadata import counted, given, metadata, text
from titus_adapters.sql.session import Session
from titus_adapters.sql.statements import Command, Query, bind, upsert
from titus_adapters.sql.types import Utc
from titus_core.hunt_groups.availability import Engagement, MemberState, Presence
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber

availability = sa.Table(
    "availability",
    metadata,
    given("user_id"),
    text("presence"),
    sa.Column("changed_at", Utc(), nullable=False),
    sa.Column("do_not_disturb_until", Utc()),
)
availability_log = sa.Table(
    "availability_log",
    metadata,
    counted("id"),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    text("presence"),
    sa.Column("started_at", Utc(), nullable=False),
    sa.Index(None, "user_id", "id"),
    sa.Index(None, "started_at"),
    sqlite_autoincrement=True,
)
heartbeats = sa.Table("heartbeats", metadata, given("user_id"), sa.Column("at", Utc(), nullable=False))

_U, _A, _H, _E = users.c, availability.c, heartbeats.c, engagements.c


def _new_stretch() -> Command:
    """Begin a stretch, unless the stored presence is the same: what only changes the rest goes on with it."""
    log = availability_log.c
    same = sa.exists().where(_A.user_id == bind(log.user_id), _A.presence == bind(log.presence))
    stretch = sa.select(bind(log.user_id), bind(log.presence), bind(log.started_at)).where(sa.not_(same))
    statement = sa.insert(availability_log).from_select(["user_id", "presence", "started_at"], stretch).inline()
    return Command(statement, statement, None)


def _state(
    user_id: int,
    name: str,
    phone: str | None,
    presence: str | None,
    quiet_until: datetime | None,
    heartbeat_at: datetime | None,
    call_id: str | None,
    kind: Any,
    until: datetime,
) -> MemberState:
    member = UserId(user_id)
    engagement = None if call_id is None else Engagement(member, CallId(call_id), kind, until)
    said = Presence.OFFLINE if presence is None else Presence(presence)
    number = None if phone is None else PhoneNumber(phone)
    return MemberState(member, name, number, said, quiet_until, heartbeat_at, engagement)


_STATES = Query(
    sa.select(_U.id, _U.name, _U.phone, _A.presence, _A.do_not_disturb_until, _H.at, _E.call_id, _E.kind, _E.until)
    .select_from(
        users.outerjoin(availability, _A.user_id == _U.id)
        .outerjoin(heartbeats, _H.user_id == _U.id)
        .outerjoin(engagements, _E.user_id == _U.id)
    )
    .where(among(_U.id, "user_ids"), _U.active == sa.true()),
    _state,
)
_ACTIVE = Query(sa.select(_U.id).where(_U.active == sa.true()).order_by(_U.id), UserId)
_AVAILABILITY = Query(
    sa.select(*availability.columns).where(_A.user_id == bind(_A.user_id)),
    lambda user_id, presence, at, until: Availability(user_id, Presence(presence), at, until),
)
_SET = upsert(availability, "user_id")
_BEGIN_STRETCH = _new_stretch()
_BEAT = upsert(heartbeats, "user_id")


class SqlMembers:
    """`titus_core.hunt_groups.ports.Members`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def active(self) -> tuple[UserId, ...]:
        return tuple(await self._session.all(_ACTIVE, {}))

    async def states(self, user_ids: Collection[UserId]) -> Mapping[UserId, MemberState]:
        states = await self._session.all(_STATES, {"user_ids": list(user_ids)})
        return {state.user_id: state for state in states}

    async def availability(self, user_id: UserId) -> Availability | None:
        return await self._session.one(_AVAILABILITY, {"user_id": user_id})

    def set_availability(self, availability: Availability) -> None:
        row = msgspec.structs.asdict(availability)
        self._session.write(_BEGIN_STRETCH, {**row, "started_at": availability.changed_at})
        self._session.write(_SET, row)

    def heartbeat(self, user_id: UserId, at: datetime) -> None:
        self._session.write(_BEAT, {"user_id": user_id, "at": at})

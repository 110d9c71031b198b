"""The read side of hunt groups and of their members' availability."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from titus_adapters.sql import hunt_groups, voice_settings
from titus_adapters.sql.accounts import users
from titus_adapters.sql.members import availability, availability_log, heartbeats
from titus_adapters.sql.session import Reading
from titus_adapters.sql.statements import Query, bind
from titus_adapters.sql.types import Utc
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import HuntGroup
from titus_core.hunt_groups.ports import AvailabilityChange, AvailabilityEntry
from titus_core.kernel.ids import GroupId, UserId

_U, _A, _H, _L = users.c, availability.c, heartbeats.c, availability_log.c


def _entry(
    user_id: int,
    name: str,
    email: str,
    presence: str,
    changed_at: datetime,
    quiet_until: datetime | None,
    heartbeat_at: datetime | None,
) -> AvailabilityEntry:
    return AvailabilityEntry(UserId(user_id), name, email, Presence(presence), changed_at, quiet_until, heartbeat_at)


def _change(
    user_id: int, name: str, email: str, presence: str, started_at: datetime, ended_at: datetime | None
) -> AvailabilityChange:
    return AvailabilityChange(UserId(user_id), name, email, Presence(presence), started_at, ended_at)


def _end_of_stretch() -> sa.ColumnElement[datetime]:
    """A stretch lasts until the same user's next one begins."""
    following = availability_log.alias()
    of_the_same = following.c.user_id == _L.user_id, following.c.id > _L.id
    start = sa.select(following.c.started_at).where(*of_the_same).order_by(following.c.id).limit(sa.literal_column("1"))
    return sa.type_coerce(start.scalar_subquery(), Utc())


_ENTRIES = Query(
    sa.select(_U.id, _U.name, _U.email, _A.presence, _A.changed_at, _A.do_not_disturb_until, _H.at)
    .select_from(users.join(availability, _A.user_id == _U.id).outerjoin(heartbeats, _H.user_id == _U.id))
    .where(_U.active == sa.true())
    .order_by(_U.id),
    _entry,
)
_LOG = Query(
    sa.select(_U.id, _U.name, _U.email, _L.presence, _L.started_at, _end_of_stretch())
    .select_from(availability_log.join(users, _U.id == _L.user_id))
    .where(_L.started_at >= bind(_L.started_at, "since"))
    .order_by(_L.started_at.desc(), _L.id.desc())
    .limit(sa.bindparam("limit", type_=sa.BigInteger())),
    _change,
)


class HuntGroupQueries:
    """`titus_core.hunt_groups.ports.HuntGroupReader`."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    async def groups(self) -> tuple[HuntGroup, ...]:
        return tuple(await self._reading.all(hunt_groups.ALL, {}))

    async def group(self, group_id: GroupId) -> HuntGroup | None:
        return await self._reading.one(hunt_groups.GET, {"id": group_id})

    async def availabilities(self) -> tuple[AvailabilityEntry, ...]:
        return tuple(await self._reading.all(_ENTRIES, {}))

    async def availability_log(self, since: datetime, limit: int) -> tuple[AvailabilityChange, ...]:
        return tuple(await self._reading.all(_LOG, {"since": since, "limit": limit}))

    async def voice_setting(self, name: str) -> str | None:
        return await self._reading.one(voice_settings.GET, {"name": name})

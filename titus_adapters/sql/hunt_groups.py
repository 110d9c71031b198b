"""Hunt groups: the whole group as JSON, and whom each rang first in its last run."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.metadata import given, metadata, text
from titus_adapters.sql.session import Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert, upsert
from titus_adapters.sql.types import Bool, Json, Utc
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.ids import GroupId, UserId

hunt_groups = sa.Table(
    "hunt_groups",
    metadata,
    given("id"),
    sa.Column("version", sa.BigInteger(), nullable=False),
    sa.Column("state", Json(HuntGroup), nullable=False),
    text("name"),
    text("number", nullable=True),
    sa.Column("active", Bool(), nullable=False),
    sa.Column("retired", Bool(), nullable=False),
    sa.Column("created_at", Utc(), nullable=False),
    sa.Column("updated_at", Utc(), nullable=False),
)
group_memory = sa.Table(
    "group_memory",
    metadata,
    given("group_id"),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
)
_G = hunt_groups.c
_SERVING = sa.text("active AND NOT retired")
sa.Index("ux_hunt_groups_number", _G.number, unique=True, postgresql_where=_SERVING, sqlite_where=_SERVING)


def _the_state(state: HuntGroup) -> HuntGroup:
    return state


GET = Query(sa.select(_G.state).where(_G.id == bind(_G.id)), _the_state)
ALL = Query(sa.select(_G.state).where(_G.retired == sa.false()).order_by(_G.created_at, _G.id), _the_state)
_NEXT_ID = Query(sa.select(sa.func.coalesce(sa.func.max(_G.id), 0) + 1), GroupId)
_FIRST = Query(
    sa.select(group_memory.c.user_id).where(group_memory.c.group_id == bind(group_memory.c.group_id)), UserId
)
_INSERT = insert(hunt_groups, "id")
_UPDATE = change(
    sa.update(hunt_groups)
    .where(_G.id == bind(_G.id, "id"), _G.version == bind(_G.version, "known"))
    .values({name: value for name, value in binds(hunt_groups).items() if name != "id"}),
    "id",
)
_REMEMBER = upsert(group_memory, "group_id")


class SqlHuntGroups:
    """`titus_core.hunt_groups.ports.HuntGroups`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, group_id: GroupId) -> HuntGroup | None:
        return await self._session.one(GET, {"id": group_id})

    async def all(self) -> tuple[HuntGroup, ...]:
        return tuple(await self._session.all(ALL, {}))

    async def next_id(self) -> GroupId:
        return await self._session.one(_NEXT_ID, {}) or GroupId(1)

    async def first_of_last_run(self, group_id: GroupId) -> UserId | None:
        return await self._session.one(_FIRST, {"group_id": group_id})

    def save(self, group: HuntGroup) -> None:
        row = _row(msgspec.structs.replace(group, version=group.version + 1))
        self._session.write(_UPDATE if group.version else _INSERT, {**row, "known": group.version}, expect=1)

    def remember_first(self, group_id: GroupId, user_id: UserId) -> None:
        self._session.write(_REMEMBER, {"group_id": group_id, "user_id": user_id})


def _row(group: HuntGroup) -> dict[str, object]:
    return {
        "id": group.id,
        "version": group.version,
        "state": group,
        "name": group.name,
        "number": group.number,
        "active": group.active,
        "retired": group.retired,
        "created_at": group.created_at,
        "updated_at": group.updated_at,
    }

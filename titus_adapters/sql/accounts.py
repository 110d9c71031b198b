"""Users and their sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.metadata import given, metadata, text
from titus_adapters.sql.session import Session as SqlSession
from titus_adapters.sql.statements import Query, bind, binds, change, insert, upsert
from titus_adapters.sql.types import Bool, Utc
from titus_core.accounts.model import Role, Session, User
from titus_core.kernel.ids import UserId

users = sa.Table(
    "users",
    metadata,
    given("id"),
    text("email"),
    text("name"),
    text("role"),
    text("password_hash"),
    text("job_title"),
    text("phone", nullable=True),
    sa.Column("active", Bool(), nullable=False),
    sa.Column("created_at", Utc(), nullable=False),
    sa.Column("updated_at", Utc(), nullable=False),
    sa.Column("version", sa.BigInteger(), nullable=False),
    sa.UniqueConstraint("email"),
)
sessions = sa.Table(
    "sessions",
    metadata,
    text("token_hash", primary_key=True),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    sa.Column("created_at", Utc(), nullable=False),
    sa.Column("seen_at", Utc(), nullable=False),
    sa.Index(None, "user_id"),
    sa.Index(None, "created_at"),
)
_U, _S = users.c, sessions.c


_USER_FIELDS = tuple(column.name for column in users.columns)
_SESSION_COLUMNS = len(sessions.columns)


def _user(*values: Any) -> User:
    row = dict(zip(_USER_FIELDS, values, strict=True))
    return User(**{**row, "role": Role(row["role"])})


def _session_and_user(*values: Any) -> tuple[Session, User]:
    return Session(*values[:_SESSION_COLUMNS]), _user(*values[_SESSION_COLUMNS:])


USER = Query(sa.select(*users.columns).where(_U.id == bind(_U.id)), _user)
ALL_USERS = Query(sa.select(*users.columns).order_by(_U.id), _user)
SESSION_AND_USER = Query(
    sa.select(*sessions.columns, *users.columns)
    .join_from(sessions, users, _S.user_id == _U.id)
    .where(_S.token_hash == bind(_S.token_hash)),
    _session_and_user,
)
_BY_EMAIL = Query(sa.select(*users.columns).where(_U.email == bind(_U.email)), _user)
_NEXT_ID = Query(sa.select(sa.func.coalesce(sa.func.max(_U.id), 0) + 1), UserId)
_INSERT = insert(users, "id")
_OTHER = users.alias()
_UPDATE = change(
    sa.update(users)
    .where(_U.id == bind(_U.id), _U.version == bind(_U.version, "known"))
    .where(~sa.exists().where(_OTHER.c.email == bind(_U.email), _OTHER.c.id != bind(_U.id)))
    .values({name: value for name, value in binds(users).items() if name != "id"}),
    "id",
)
_SESSION = Query(sa.select(*sessions.columns).where(_S.token_hash == bind(_S.token_hash)), Session)
_SAVE_SESSION = upsert(sessions, "token_hash")
_DELETE = change(sa.delete(sessions).where(_S.token_hash == bind(_S.token_hash)), "token_hash")
_DELETE_OF = change(sa.delete(sessions).where(_S.user_id == bind(_S.user_id)))
_DELETE_BEFORE = change(sa.delete(sessions).where(_S.created_at < bind(_S.created_at)))


class SqlUsers:
    """`titus_core.accounts.ports.Users`."""

    __slots__ = ("_session",)

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def get(self, user_id: UserId) -> User | None:
        return await self._session.one(USER, {"id": user_id})

    async def by_email(self, email: str) -> User | None:
        return await self._session.one(_BY_EMAIL, {"email": email})

    async def next_id(self) -> UserId:
        return await self._session.one(_NEXT_ID, {}) or UserId(1)

    def save(self, user: User) -> None:
        row = {**msgspec.structs.asdict(user), "version": user.version + 1, "known": user.version}
        self._session.write(_UPDATE if user.version else _INSERT, row, expect=1)


class SqlSessions:
    """`titus_core.accounts.ports.Sessions`."""

    __slots__ = ("_session",)

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def get(self, token_hash: str) -> Session | None:
        return await self._session.one(_SESSION, {"token_hash": token_hash})

    def save(self, session: Session) -> None:
        self._session.write(_SAVE_SESSION, msgspec.structs.asdict(session))

    def delete(self, token_hash: str) -> None:
        self._session.write(_DELETE, {"token_hash": token_hash})

    def delete_of(self, user_id: UserId) -> None:
        self._session.write(_DELETE_OF, {"user_id": user_id})

    def delete_before(self, created: datetime) -> None:
        self._session.write(_DELETE_BEFORE, {"created_at": created})

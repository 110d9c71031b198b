"""Small units of work that the tests of this folder share."""

from __future__ import annotations

from datetime import UTC, datetime

from titus_adapters.sql.tx import SqlTx
from titus_core.accounts.model import Role, Session, User
from titus_core.calls.model import Call
from titus_core.kernel.ids import CallId, UserId

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_user(number: int = 1) -> User:
    return User(id=UserId(number), email=f"{number}@titus.test", name="Jo", role=Role.ADMIN, password_hash="-")


def a_session(hashed: str, user: int = 1) -> Session:
    return Session(hashed, UserId(user), NOW, NOW)


def a_call(sid: str = "CA1") -> Call:
    return Call(id=CallId(sid), seen_at=NOW, news_at=NOW)


async def save_call(tx: SqlTx, sid: str) -> None:
    tx.calls.save(a_call(sid))


async def save_user(tx: SqlTx, number: int) -> None:
    tx.users.save(a_user(number))


async def set_size(tx: SqlTx, size: int) -> None:
    """A value that takes `size` bytes on the disk."""
    tx.voice_settings.set("big", "x" * size, NOW)


async def count_up(tx: SqlTx, name: str) -> int:
    """Read, then write: the lost update that every store must prevent."""
    user = await tx.users.get(UserId(1))
    assert user is not None
    tx.users.save(user)
    return user.version + 1

"""What accounts need of a store, and of whoever hashes passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from titus_core.accounts.model import Session, User
from titus_core.kernel.ids import UserId
from titus_core.kernel.unit_of_work import Records


class Users(Protocol):
    """Staff users. They are never deleted, only made inactive: calls and events name them for years."""

    async def get(self, user_id: UserId) -> User | None: ...

    async def by_email(self, email: str) -> User | None:
        """`email` in lower case."""
        ...

    async def next_id(self) -> UserId:
        """An id above every id ever saved. Two units of work may get the same: one of them then runs again."""
        ...

    def save(self, user: User) -> None:
        """Store it as version `user.version + 1`. MUST end in `Conflict` at commit if the stored version is not
        `user.version`, or (for version 0) if the id or the e-mail address is taken."""
        ...


class Sessions(Protocol):
    """Sign-ins, by the hash of their token."""

    async def get(self, token_hash: str) -> Session | None: ...

    def save(self, session: Session) -> None:
        """Insert it, or replace the one with this hash."""
        ...

    def delete(self, token_hash: str) -> None: ...

    def delete_of(self, user_id: UserId) -> None:
        """End all sessions of a user."""
        ...

    def delete_before(self, created: datetime) -> None:
        """Forget sessions that began before then: they are over."""
        ...


class AccountTx(Records, Protocol):
    """What the use cases of this area need in one unit of work."""

    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> Sessions: ...


class AccountReader(Protocol):
    """The read side, outside units of work."""

    async def users(self) -> tuple[User, ...]:
        """All users, inactive ones included, by id."""
        ...

    async def user(self, user_id: UserId) -> User | None: ...

    async def session(self, token_hash: str) -> tuple[Session, User] | None:
        """The session with its user, over or not."""
        ...


class PasswordHasher(Protocol):
    """Turns passwords into hashes that cannot be turned back. An implementer MUST use a memory-hard function with a
    salt of its own for every hash, MUST not block the event loop, and MUST bound how many run at once."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, hashed: str) -> bool:
        """Whether the password made the hash. Takes as long for a hash that nothing can match."""
        ...

    def is_outdated(self, hashed: str) -> bool:
        """Whether today's parameters are stronger than the hash's."""
        ...

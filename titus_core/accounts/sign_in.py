"""A member of staff proves who they are and gets a session."""

from __future__ import annotations

import msgspec

from titus_core.accounts.events import SignedIn
from titus_core.accounts.model import SESSION_LASTS, Session, User, token_hash
from titus_core.accounts.ports import AccountTx, PasswordHasher
from titus_core.accounts.rules import normal_email
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unauthenticated
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import IdSource
from titus_core.kernel.unit_of_work import Storage

NO_HASH = "!"
"""A hash that no password makes: unknown people are verified against it, so that they take as long as known ones."""

WRONG = "Invalid email or password"


class Credentials(msgspec.Struct, frozen=True):
    email: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials(email={self.email!r})"


class NewSession(msgspec.Struct, frozen=True):
    """`token` is the only copy of the secret: the store has its hash."""

    token: str
    user: User


class _Begin(msgspec.Struct, frozen=True):
    user: User
    token: str
    new_hash: str | None


class SignIn:
    """Raises `Unauthenticated`, with the same words and the same work whatever is wrong."""

    def __init__(self, storage: Storage[AccountTx], hasher: PasswordHasher, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._hasher = hasher
        self._clock = clock
        self._ids = ids

    async def __call__(self, command: Credentials) -> NewSession:
        user = await self._storage.transact(_find, normal_email(command.email))
        known = user.password_hash if user is not None and user.active else NO_HASH
        matches = await self._hasher.verify(command.password, known)
        if user is None or not user.active or not matches:
            raise Unauthenticated(WRONG)
        outdated = self._hasher.is_outdated(user.password_hash)
        new_hash = await self._hasher.hash(command.password) if outdated else None
        return await self._storage.transact(self._begin, _Begin(user, self._ids.token(), new_hash))

    async def _begin(self, tx: AccountTx, begin: _Begin) -> NewSession:
        user = await tx.users.get(begin.user.id)
        if user is None or not user.active or user.password_hash != begin.user.password_hash:
            raise Unauthenticated(WRONG)
        now = self._clock.now()
        tx.sessions.delete_before(now - SESSION_LASTS)
        tx.sessions.save(Session(token_hash(begin.token), user.id, created_at=now, seen_at=now))
        if begin.new_hash is not None:
            tx.users.save(msgspec.structs.replace(user, password_hash=begin.new_hash))
        tx.record(Envelope(f"user:{user.id}", now, user.actor, SignedIn(user_id=user.id)))
        return NewSession(begin.token, user)


async def _find(tx: AccountTx, email: str) -> User | None:
    return await tx.users.by_email(email)

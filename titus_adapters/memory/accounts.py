"""Users and their sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.accounts.model import Session, User
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import UserId


class MemoryUsers:
    """`accounts.ports.Users`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, user_id: UserId) -> User | None:
        self._unit.reading()
        return self._state.users.get(user_id)

    async def by_email(self, email: str) -> User | None:
        self._unit.reading()
        user_id = self._state.user_of_email.get(email)
        return None if user_id is None else self._state.users[user_id]

    async def next_id(self) -> UserId:
        self._unit.reading()
        return UserId(max(self._state.users, default=0) + 1)

    def save(self, user: User) -> None:
        self._unit.write(partial(_save, self._state, user))


class MemorySessions:
    """`accounts.ports.Sessions`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, token_hash: str) -> Session | None:
        self._unit.reading()
        return self._state.sessions.get(token_hash)

    def save(self, session: Session) -> None:
        self._unit.write(partial(_keep, self._state, session))

    def delete(self, token_hash: str) -> None:
        self._unit.write(partial(_delete, self._state, lambda session: session.token_hash == token_hash))

    def delete_of(self, user_id: UserId) -> None:
        self._unit.write(partial(_delete, self._state, lambda session: session.user_id == user_id))

    def delete_before(self, created: datetime) -> None:
        self._unit.write(partial(_delete, self._state, lambda session: session.created_at < created))


def users(state: State) -> tuple[User, ...]:
    return tuple(state.users[user_id] for user_id in sorted(state.users))


def session(state: State, token_hash: str) -> tuple[Session, User] | None:
    found = state.sessions.get(token_hash)
    user = None if found is None else state.users.get(found.user_id)
    return None if found is None or user is None else (found, user)


def _save(state: State, user: User, journal: Journal) -> None:
    stored = state.users.get(user.id)
    if user.version != (0 if stored is None else stored.version):
        raise Conflict(user_id=user.id)
    if state.user_of_email.get(user.email, user.id) != user.id:
        raise Conflict(email=user.email)
    if stored is not None:
        journal.drop(state.user_of_email, stored.email)
    journal.put(state.user_of_email, user.email, user.id)
    journal.put(state.users, user.id, replace(user, version=user.version + 1))


def _keep(state: State, session: Session, journal: Journal) -> None:
    journal.put(state.sessions, session.token_hash, session)


def _delete(state: State, over: Callable[[Session], bool], journal: Journal) -> None:
    for session in [session for session in state.sessions.values() if over(session)]:
        journal.drop(state.sessions, session.token_hash)

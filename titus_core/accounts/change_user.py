"""A user's facts change: name, role, telephone, password, or whether they may use Titus at all."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from titus_core.accounts.events import UserSaved
from titus_core.accounts.model import Role, User
from titus_core.accounts.ports import AccountTx, PasswordHasher
from titus_core.accounts.rules import check_password, check_rank, check_user, facts
from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Refused, Stale
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Storage


class UserChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is UNSET stays. `version` is the one that the client saw; None: whichever is stored."""

    actor: Actor
    user_id: UserId
    version: int | None = None
    name: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    job_title: str | UnsetType = UNSET
    phone: PhoneNumber | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    password: str | UnsetType = UNSET

    def __repr__(self) -> str:
        return f"UserChange(user_id={self.user_id!r})"


class _Hashed(msgspec.Struct, frozen=True):
    command: UserChange
    password_hash: str | None


class ChangeUser:
    """Raises `Invalid`, `NotFound`, `Refused`, and `Stale` when someone changed the user in the meantime.

    A new password, another role or the end of the account ends all sessions of the user.
    """

    def __init__(self, storage: Storage[AccountTx], hasher: PasswordHasher, clock: Clock) -> None:
        self._storage = storage
        self._hasher = hasher
        self._clock = clock

    async def __call__(self, command: UserChange) -> User:
        hashed = None
        if command.password is not UNSET:
            check_password(command.password, "")
            hashed = await self._hasher.hash(command.password)
        return await self._storage.transact(self._work, _Hashed(command, hashed))

    async def _work(self, tx: AccountTx, hashed: _Hashed) -> User:
        command = hashed.command
        before = await tx.users.get(command.user_id)
        if before is None:
            raise NotFound("There is no such user", user_id=command.user_id)
        if command.version not in {None, before.version}:
            raise Stale(version=before.version)
        acting = await tx.users.get(command.actor.user_id) if command.actor.user_id is not None else None
        after = _changed(before, hashed)
        _check(acting, before, after)
        if after == before:
            return before
        return self._store(tx, command.actor, before, after)

    def _store(self, tx: AccountTx, actor: Actor, before: User, after: User) -> User:
        now = self._clock.now()
        after = msgspec.structs.replace(after, updated_at=now)
        password_changed = after.password_hash != before.password_hash
        if password_changed or after.role is not before.role or not after.active:
            tx.sessions.delete_of(after.id)
        tx.users.save(after)
        saved = UserSaved(user_id=after.id, before=facts(before), after=facts(after), password_changed=password_changed)
        tx.record(Envelope(f"user:{after.id}", now, actor, saved))
        return msgspec.structs.replace(after, version=after.version + 1)


def _changed(before: User, hashed: _Hashed) -> User:
    command = hashed.command
    return msgspec.structs.replace(
        before,
        name=before.name if command.name is UNSET else command.name.strip(),
        role=before.role if command.role is UNSET else command.role,
        job_title=before.job_title if command.job_title is UNSET else command.job_title.strip(),
        phone=before.phone if command.phone is UNSET else command.phone,
        active=before.active if command.active is UNSET else command.active,
        password_hash=hashed.password_hash or before.password_hash,
    )


def _check(acting: User | None, before: User, after: User) -> None:
    check_user(after)
    check_rank(acting, before.role, after.role)
    if acting is not None and acting.id == after.id and (after.role is not before.role or not after.active):
        raise Refused("Nobody changes their own role or closes their own account")

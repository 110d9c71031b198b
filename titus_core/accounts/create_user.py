"""A new member of staff may use Titus."""

from __future__ import annotations

import msgspec

from titus_core.accounts.events import UserSaved
from titus_core.accounts.model import Role, User
from titus_core.accounts.ports import AccountTx, PasswordHasher
from titus_core.accounts.rules import check_password, check_rank, check_user, facts, normal_email
from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import AlreadyExists
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Storage

_UNBORN = UserId(0)


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    actor: Actor
    email: str
    name: str
    role: Role
    password: str
    job_title: str = ""
    phone: PhoneNumber | None = None

    def __repr__(self) -> str:
        return f"NewUser(email={self.email!r}, role={self.role.value!r})"


class _Checked(msgspec.Struct, frozen=True):
    actor: Actor
    user: User


class CreateUser:
    """Raises `Invalid`, `Refused`, and `AlreadyExists` when the address has a user, active or not."""

    def __init__(self, storage: Storage[AccountTx], hasher: PasswordHasher, clock: Clock) -> None:
        self._storage = storage
        self._hasher = hasher
        self._clock = clock

    async def __call__(self, command: NewUser) -> User:
        now = self._clock.now()
        user = User(
            id=_UNBORN,
            email=normal_email(command.email),
            name=command.name.strip(),
            role=command.role,
            password_hash="",
            job_title=command.job_title.strip(),
            phone=command.phone,
            created_at=now,
            updated_at=now,
        )
        check_user(user)
        check_password(command.password, user.email)
        user = msgspec.structs.replace(user, password_hash=await self._hasher.hash(command.password))
        return await self._storage.transact(_store, _Checked(command.actor, user))


async def _store(tx: AccountTx, checked: _Checked) -> User:
    actor = checked.actor
    check_rank(await tx.users.get(actor.user_id) if actor.user_id is not None else None, checked.user.role)
    if await tx.users.by_email(checked.user.email) is not None:
        raise AlreadyExists("There is a user with this e-mail address", field="email")
    user = msgspec.structs.replace(checked.user, id=await tx.users.next_id())
    tx.users.save(user)
    saved = UserSaved(user_id=user.id, before=None, after=facts(user), password_changed=True)
    tx.record(Envelope(f"user:{user.id}", user.created_at, actor, saved))
    return msgspec.structs.replace(user, version=user.version + 1)

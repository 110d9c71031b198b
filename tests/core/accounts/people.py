"""A store with people in it, and the use cases of accounts on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tests.core.accounts.trail import TrailStore
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.passwords import PlainHasher
from titus_core.accounts.change_user import ChangeUser
from titus_core.accounts.create_user import CreateUser
from titus_core.accounts.model import Role, Session, User, token_hash
from titus_core.accounts.ports import AccountTx
from titus_core.accounts.resume_session import ResumeSession
from titus_core.accounts.sign_in import Credentials, SignIn
from titus_core.accounts.sign_out import SignOut
from titus_core.kernel.ids import UserId

PASSWORD = "a quiet river bend"
MINUTE = timedelta(minutes=1)


class CountingHasher(PlainHasher):
    """Remembers which hashes it had to verify."""

    def __init__(self) -> None:
        super().__init__()
        self.verified: list[str] = []

    async def verify(self, password: str, hashed: str) -> bool:
        self.verified.append(hashed)
        return await super().verify(password, hashed)


class Accounts:
    """The area, wired."""

    def __init__(self) -> None:
        self.store = TrailStore()
        self.clock = ManualClock()
        self.hasher = CountingHasher()
        self.sign_in = SignIn(self.store, self.hasher, self.clock, CountingIds())
        self.sign_out = SignOut(self.store, self.clock)
        self.resume = ResumeSession(self.store.reader, self.store, self.clock)
        self.create = CreateUser(self.store, self.hasher, self.clock)
        self.change = ChangeUser(self.store, self.hasher, self.clock)

    async def person(self, number: int, role: Role = Role.OFFICE_STAFF, *, active: bool = True) -> User:
        """`p<number>@titus.example`, stored."""
        user = User(
            id=UserId(number),
            email=f"p{number}@titus.example",
            name=f"Person {number}",
            role=role,
            password_hash=await self.hasher.hash(PASSWORD),
            active=active,
        )
        await self.store.transact(_save, user)
        return msgspec.structs.replace(user, version=1)

    async def token(self, user: User) -> str:
        return (await self.sign_in(Credentials(user.email, PASSWORD))).token

    async def session(self, token: str) -> Session | None:
        found = await self.store.reader.session(token_hash(token))
        return found[0] if found is not None else None

    def events(self, subject: str) -> list[Any]:
        return self.store.events(subject)


async def _save(tx: AccountTx, user: User) -> None:
    tx.users.save(user)

"""The read side of accounts."""

from __future__ import annotations

from titus_adapters.sql import accounts
from titus_adapters.sql.session import Reading
from titus_core.accounts.model import Session, User
from titus_core.kernel.ids import UserId


class AccountQueries:
    """`titus_core.accounts.ports.AccountReader`."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    async def users(self) -> tuple[User, ...]:
        return tuple(await self._reading.all(accounts.ALL_USERS, {}))

    async def user(self, user_id: UserId) -> User | None:
        return await self._reading.one(accounts.USER, {"id": user_id})

    async def session(self, token_hash: str) -> tuple[Session, User] | None:
        return await self._reading.one(accounts.SESSION_AND_USER, {"token_hash": token_hash})

"""A session ends because its user says so."""

from __future__ import annotations

from titus_core.accounts.events import SignedOut
from titus_core.accounts.model import token_hash
from titus_core.accounts.ports import AccountTx
from titus_core.kernel.clock import Clock
from titus_core.kernel.events import Envelope
from titus_core.kernel.unit_of_work import Storage


class SignOut:
    """Takes the session's token. A session that is not there (any more) is ended already: no error."""

    def __init__(self, storage: Storage[AccountTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, token: str) -> None:
        await self._storage.transact(self._work, token_hash(token))

    async def _work(self, tx: AccountTx, hashed: str) -> None:
        session = await tx.sessions.get(hashed)
        user = await tx.users.get(session.user_id) if session is not None else None
        if session is None or user is None:
            return
        tx.sessions.delete(hashed)
        tx.record(Envelope(f"user:{user.id}", self._clock.now(), user.actor, SignedOut(user_id=user.id)))

"""Who is behind a request, by the token that it carries."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from titus_core.accounts.model import Session, User, token_hash
from titus_core.accounts.ports import AccountReader, AccountTx
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unauthenticated, Unavailable
from titus_core.kernel.unit_of_work import Storage

TOUCHES_AFTER = timedelta(minutes=1)
"""A session's use is noted at most so often: a busy client must not make a write of every read."""


class _Seen(msgspec.Struct, frozen=True):
    token_hash: str
    at: datetime


class ResumeSession:
    """Answers the user of a session that is alive, and keeps the session from idling out. Raises `Unauthenticated`."""

    def __init__(self, reader: AccountReader, storage: Storage[AccountTx], clock: Clock) -> None:
        self._reader = reader
        self._storage = storage
        self._clock = clock

    async def __call__(self, token: str) -> User:
        now = self._clock.now()
        session, user = await self._alive(token, now)
        if now - session.seen_at >= TOUCHES_AFTER:
            # A store that cannot write now must not turn away people who only read.
            with suppress(Unavailable):
                await self._storage.transact(_touch, _Seen(session.token_hash, now))
        return user

    async def look(self, token: str) -> User:
        """The same, for whoever only stays: it does not count as use of the session."""
        _, user = await self._alive(token, self._clock.now())
        return user

    async def _alive(self, token: str, now: datetime) -> tuple[Session, User]:
        found = await self._reader.session(token_hash(token))
        if found is None or not found[0].alive(now) or not found[1].active:
            raise Unauthenticated("Invalid session")
        return found


async def _touch(tx: AccountTx, seen: _Seen) -> None:
    session = await tx.sessions.get(seen.token_hash)
    if session is None or session.seen_at >= seen.at:
        return
    tx.sessions.save(Session(session.token_hash, session.user_id, session.created_at, seen.at))

"""Users and sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import msgspec

from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber

SESSION_LASTS = timedelta(hours=12)
"""A session ends this long after sign-in, whatever happens (`reliability-and-security.md` A4)."""

SESSION_IDLES = timedelta(hours=2)
"""A session ends after so long without a request: today's system signs people out after as long."""


class Role(StrEnum):
    """The nine roles of staff (`legacy-contract.md` §3.4)."""

    SUPERADMIN = "superadmin"
    DIRECTOR = "director"
    CEO = "ceo"
    MANAGER = "manager"
    ADMIN = "admin"
    TEAM_LEADER = "team_leader"
    ROSTER_OFFICER = "roster_officer"
    OFFICE_STAFF = "office_staff"
    SUPPORT_WORKER = "support_worker"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff. `email` is lower case; inactive users cannot sign in and are not rung."""

    id: UserId
    email: str
    name: str
    role: Role
    password_hash: str
    job_title: str = ""
    phone: PhoneNumber | None = None
    active: bool = True
    created_at: datetime = EPOCH
    updated_at: datetime = EPOCH
    version: int = 0

    @property
    def actor(self) -> Actor:
        return Actor("user", self.email, self.id)


class Session(msgspec.Struct, frozen=True):
    """A sign-in. Only the hash of its token is stored: who reads the database cannot use it."""

    token_hash: str
    user_id: UserId
    created_at: datetime
    seen_at: datetime

    def alive(self, now: datetime) -> bool:
        return now < self.created_at + SESSION_LASTS and now < self.seen_at + SESSION_IDLES


def token_hash(token: str) -> str:
    """SHA-256 of a session token: tokens have 256 random bits, so nothing slower is needed."""
    return sha256(token.encode()).hexdigest()

"""What happens to users and sessions. Password hashes stay out of the trail."""

from __future__ import annotations

import msgspec

from titus_core.accounts.model import Role
from titus_core.kernel.events import Event
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber


class UserFacts(msgspec.Struct, frozen=True):
    """A user without secrets."""

    email: str
    name: str
    role: Role
    job_title: str
    phone: PhoneNumber | None
    active: bool


class UserSaved(Event, frozen=True, tag="user.saved"):
    """`before` is None for a new user; `password_changed` says whether the password is another one."""

    user_id: UserId
    before: UserFacts | None
    after: UserFacts
    password_changed: bool = False


class SignedIn(Event, frozen=True, tag="session.started"):
    user_id: UserId


class SignedOut(Event, frozen=True, tag="session.ended"):
    user_id: UserId

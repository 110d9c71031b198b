"""What a user may look like, and who may give whom which role."""

from __future__ import annotations

import re

from titus_core.accounts.events import UserFacts
from titus_core.accounts.model import Role, User
from titus_core.kernel.errors import Invalid, Refused

PASSWORD_LENGTH = (12, 200)
"""NIST SP 800-63B: length decides, not a mixture of characters."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


def normal_email(text: str) -> str:
    """The address as it is stored and looked up: trimmed and in lower case."""
    return text.strip().lower()


def check_user(user: User) -> None:
    """Raise `Invalid` for the first rule that the user breaks."""
    if len(user.email) > 254 or _EMAIL.fullmatch(user.email) is None:
        raise Invalid("email", "must be an e-mail address")
    if not user.name.strip() or len(user.name) > 100:
        raise Invalid("name", "must have 1 to 100 characters")
    if len(user.job_title) > 100:
        raise Invalid("job_title", "must have at most 100 characters")


def check_password(password: str, email: str) -> None:
    """Raise `Invalid` for a password that is too short, too long, or made of the address."""
    low, high = PASSWORD_LENGTH
    if not low <= len(password) <= high:
        raise Invalid("password", f"must have {low} to {high} characters")
    if len(set(password)) < 5 or normal_email(password) in {email, email.partition("@")[0]}:
        raise Invalid("password", "is too easy to guess")


def check_rank(acting: User | None, *roles: Role) -> None:
    """Raise `Refused` if `acting` meddles with a rank above their own. None: the machine's operator, who may."""
    if acting is not None and acting.role is not Role.SUPERADMIN and Role.SUPERADMIN in roles:
        raise Refused("Only a superadmin makes or changes a superadmin")


def facts(user: User) -> UserFacts:
    """The user as the audit trail keeps them: without secrets."""
    return UserFacts(user.email, user.name, user.role, user.job_title, user.phone, user.active)

"""Who may do what: one readable table. What is not listed is refused."""

from __future__ import annotations

from enum import StrEnum

from titus_core.accounts.model import Role, User
from titus_core.kernel.errors import Refused


class Permission(StrEnum):
    VIEW_CALLS = "view_calls"
    TAKE_CALLS = "take_calls"
    PLACE_CALLS = "place_calls"
    RETURN_CALLS = "return_calls"
    SEND_TEXTS = "send_texts"
    MANAGE_HUNT_GROUPS = "manage_hunt_groups"
    MANAGE_VOICE_SETTINGS = "manage_voice_settings"
    VIEW_USERS = "view_users"
    MANAGE_USERS = "manage_users"
    MANAGE_JOBS = "manage_jobs"
    USE_RECORDS = "use_records"
    VIEW_MIGRATION = "view_migration"


_SENIOR = frozenset({Role.SUPERADMIN, Role.DIRECTOR})
"""Today's system calls exactly these two senior (`legacy-contract.md` §1, conventions)."""

_OFFICE = frozenset(Role) - {Role.SUPPORT_WORKER}

TABLE: dict[Permission, frozenset[Role]] = {
    Permission.VIEW_CALLS: _OFFICE,
    Permission.TAKE_CALLS: frozenset(Role),
    Permission.PLACE_CALLS: _OFFICE,
    Permission.RETURN_CALLS: _OFFICE,
    Permission.SEND_TEXTS: _OFFICE,
    Permission.MANAGE_HUNT_GROUPS: _SENIOR,
    Permission.MANAGE_VOICE_SETTINGS: _SENIOR,
    Permission.VIEW_USERS: _OFFICE,
    Permission.MANAGE_USERS: _SENIOR,
    Permission.MANAGE_JOBS: _SENIOR,
    Permission.USE_RECORDS: _OFFICE,
    Permission.VIEW_MIGRATION: _SENIOR | {Role.CEO, Role.ADMIN},
}


def may(user: User, permission: Permission) -> bool:
    return user.active and user.role in TABLE[permission]


def demand(user: User, permission: Permission) -> None:
    """Raise `Refused` unless the user may."""
    if not may(user, permission):
        raise Refused(permission=permission.value)

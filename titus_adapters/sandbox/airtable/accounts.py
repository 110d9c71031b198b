"""Tokens: whose they are, and what they may."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.airtable.house import User

SCOPES = frozenset(
    {
        "data.records:read",
        "data.records:write",
        "data.recordComments:read",
        "data.recordComments:write",
        "schema.bases:read",
        "schema.bases:write",
        "webhook:manage",
        "user.email:read",
    }
)
PERMISSIONS = ("none", "read", "comment", "edit", "create", "owner")
"""From the least to the most."""

SERVICE = User(id="usrTitusService00", email="crm@example.org.au", name="Titus")
PERSON = User(id="usrAliceSupport00", email="alice@example.org.au", name="Alice Support", permission="edit")
"""Who edits in Airtable's own pages, unless somebody else is named."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """`bases` None: all that its owner sees. `oauth`: it was given to an integration, which `whoami` shows."""

    secret: str
    user_id: str = SERVICE.id
    scopes: frozenset[str] = SCOPES
    bases: frozenset[str] | None = None
    oauth: bool = False

    def reaches(self, base_id: str) -> bool:
        return self.bases is None or base_id in self.bases


def allows(permission: str, needed: str) -> bool:
    return PERMISSIONS.index(permission) >= PERMISSIONS.index(needed)

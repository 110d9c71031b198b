"""What a route asks of whoever calls it. Each route declares one: `@get(…, opt=needs(Permission.VIEW_CALLS))`."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from litestar.handlers.base import BaseRouteHandler

from titus_core.accounts.policy import Permission
from titus_core.kernel.errors import Misuse

Policy: TypeAlias = Permission | Literal["public", "signed_in", "signature", "monitor"]

PUBLIC: dict[str, Any] = {"permission": "public"}
"""Anybody."""

SIGNED_IN: dict[str, Any] = {"permission": "signed_in"}
"""Any member of staff with a session."""

SIGNATURE: dict[str, Any] = {"permission": "signature"}
"""Who has something signed: a provider its request, a player its link. The route itself verifies it."""


MONITOR: dict[str, Any] = {"permission": "monitor"}
"""Who watches the machine: with the token for figures, or from the machine itself (`monitors.py`)."""


def needs(permission: Permission) -> dict[str, Any]:
    """A member of staff whose role has this permission."""
    return {"permission": permission}


def policy_of(handler: BaseRouteHandler) -> Policy:
    """The route's policy. Raises `Misuse` if it has none: what nobody thought about stays closed."""
    match handler.opt.get("permission"):
        case Permission() as permission:
            return permission
        case "public":
            return "public"
        case "signed_in":
            return "signed_in"
        case "signature":
            return "signature"
        case "monitor":
            return "monitor"
        case _:
            raise Misuse(f"{handler} declares no permission")

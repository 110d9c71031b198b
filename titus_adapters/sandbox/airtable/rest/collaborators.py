"""`/v0/meta/bases/{base}`: who has a base, and what they may do with it."""

from typing import Any

from titus_adapters.sandbox.airtable.accounts import PERMISSIONS
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.refusals import invalid_request, not_yours_or_not_there
from titus_adapters.sandbox.airtable.rest.routing import Call, Route
from titus_adapters.sandbox.airtable.times import stamp

WRITE = "schema.bases:write"


async def show_base(call: Call, base_id: str) -> dict[str, Any]:
    """Everybody is there by themselves: the sandbox has no groups, interfaces or invitations."""
    base = call.visit.base(base_id, "schema.bases:read")
    return {
        "id": base.id,
        "name": base.name,
        "createdTime": stamp(base.created_at),
        "permissionLevel": base.permission_of(call.visit.token.user_id),
        "workspaceId": base.workspace_id,
        "interfaces": {},
        "groupCollaborators": {"baseCollaborators": [], "workspaceCollaborators": []},
        "individualCollaborators": {
            "baseCollaborators": [_one(base, user_id) for user_id in base.collaborators],
            "workspaceCollaborators": [],
        },
        "inviteLinks": {"baseInviteLinks": [], "workspaceInviteLinks": []},
    }


async def add_collaborators(call: Call, base_id: str) -> dict[str, Any]:
    base = call.visit.base(base_id, WRITE, "create")
    sent = (await call.body()).get("collaborators")
    if not isinstance(sent, list) or not sent:
        raise invalid_request()
    added = dict(_granted(call, one) for one in sent)
    base.collaborators.update(added)
    return {}


async def update_collaborator(call: Call, base_id: str, user_id: str) -> dict[str, Any]:
    base = call.visit.base(base_id, WRITE, "create")
    _need(base, user_id)
    base.collaborators[user_id] = _level((await call.body()).get("permissionLevel"))
    return {}


async def remove_collaborator(call: Call, base_id: str, user_id: str) -> dict[str, Any]:
    base = call.visit.base(base_id, WRITE, "create")
    _need(base, user_id)
    del base.collaborators[user_id]
    return {}


def _granted(call: Call, sent: Any) -> tuple[str, str]:
    user = sent.get("user") if isinstance(sent, dict) else None
    user_id = user.get("id") if isinstance(user, dict) else None
    if user_id not in call.desk.house.users:
        raise invalid_request()
    return user_id, _level(sent.get("permissionLevel"))


def _level(sent: Any) -> str:
    if not isinstance(sent, str) or sent not in PERMISSIONS[1:]:
        raise invalid_request()
    return sent


def _need(base: Base, user_id: str) -> None:
    if user_id not in base.collaborators:
        raise not_yours_or_not_there()


def _one(base: Base, user_id: str) -> dict[str, Any]:
    user = base.house.users.get(user_id)
    return {
        "userId": user_id,
        "email": user.email if user is not None else "",
        "permissionLevel": base.collaborators[user_id],
        "createdTime": stamp(base.created_at),
        "grantedByUserId": user_id,
    }


ROUTES = (
    Route("GET", "meta/bases/*", show_base),
    Route("POST", "meta/bases/*/collaborators", add_collaborators),
    Route("PATCH", "meta/bases/*/collaborators/*", update_collaborator),
    Route("DELETE", "meta/bases/*/collaborators/*", remove_collaborator),
)

"""Today's addresses for hunt groups. They read and write the same groups as `hunt_groups.py`."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.accounts.ports import AccountReader
from titus_core.hunt_groups.ports import HuntGroupReader
from titus_core.hunt_groups.retire_group import GroupRetirement, RetireGroup
from titus_core.hunt_groups.save_group import GroupChange, SaveGroup
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import GroupId
from titus_http.routes.inputs import Success, known_id
from titus_http.routes.legacy_group_body import LegacyGroup, LegacyGroupRow, draft, row
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs


class GroupSaved(msgspec.Struct, frozen=True):
    id: int
    success: bool = True


@get("/", opt=needs(Permission.VIEW_CALLS))
async def list_call_workflow_groups(
    group_reader: NamedDependency[SkipValidation[HuntGroupReader]],
    account_reader: NamedDependency[SkipValidation[AccountReader]],
) -> list[LegacyGroupRow]:
    """All groups in use, in today's shape."""
    names = {user.id: user.name for user in await account_reader.users()}
    return [row(group, names) for group in await group_reader.groups()]


@post("/", status_code=200, opt=needs(Permission.MANAGE_HUNT_GROUPS))
async def save_call_workflow_group(
    request: Request[Any, Any, Any],
    data: JSONBody[LegacyGroup],
    group_reader: NamedDependency[SkipValidation[HuntGroupReader]],
    save_group: NamedDependency[SaveGroup],
) -> GroupSaved:
    """Create a group, or change the one with this `id`; settings that this shape does not know stay."""
    before = await group_reader.group(GroupId(data.id)) if data.id is not None else None
    if data.id is not None and (before is None or before.retired):
        raise NotFound("There is no such hunt group", group_id=data.id)
    change = GroupChange(
        actor=signed_in(request).actor,
        draft=draft(data, before),
        group_id=before.id if before is not None else None,
        version=before.version if before is not None else None,
    )
    return GroupSaved((await save_group(change)).id)


@delete("/{group_id:int}", status_code=200, opt=needs(Permission.MANAGE_HUNT_GROUPS))
async def delete_call_workflow_group(
    request: Request[Any, Any, Any], group_id: FromPath[int], retire_group: NamedDependency[RetireGroup]
) -> Success:
    """Take the group out of use."""
    await retire_group(GroupRetirement(signed_in(request).actor, GroupId(known_id(group_id))))
    return Success()


router = StaffSection(
    "/api/voice/call-workflow/groups",
    route_handlers=[list_call_workflow_groups, save_call_workflow_group, delete_call_workflow_group],
    tags=["Today's addresses"],
)

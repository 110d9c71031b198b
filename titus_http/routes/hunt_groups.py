"""Hunt groups: set up by administrators, explained to everybody in the office."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.calls.explain_routing import Explain, ExplainRouting, Explanation
from titus_core.hunt_groups.model import HuntGroup
from titus_core.hunt_groups.ports import HuntGroupReader
from titus_core.hunt_groups.retire_group import GroupRetirement, RetireGroup
from titus_core.hunt_groups.save_group import GroupChange, GroupDraft, SaveGroup
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import GroupId
from titus_core.kernel.phone import WITHHELD
from titus_http.routes.hunt_group_body import GroupBody, GroupView, draft, view, whole_draft
from titus_http.routes.inputs import IdempotencyKey, Instant, checked, etag, expected_version, known_id, phone
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]


class ExplainBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_number": "from"}):
    """`at`: when the caller calls (default: now). `from`: their number (default: withheld)."""

    at: Instant | None = None
    from_number: str | None = None


@get("/", opt=needs(Permission.VIEW_CALLS))
async def list_hunt_groups(group_reader: NamedDependency[SkipValidation[HuntGroupReader]]) -> list[GroupView]:
    """All groups in use, the oldest first."""
    return [view(group) for group in await group_reader.groups()]


@post("/", opt=needs(Permission.MANAGE_HUNT_GROUPS))
async def create_hunt_group(
    request: Request[Any, Any, Any],
    data: JSONBody[GroupBody],
    save_group: NamedDependency[SaveGroup],
    idempotency_key: IdempotencyKey = None,
) -> Response[GroupView]:
    """A new group; what is not named gets its default. With the same `Idempotency-Key` it is the same group, as it is
    by now; 409: the key was used for another one."""
    actor, key = signed_in(request).actor, idempotency_key or None
    group = await save_group(GroupChange(actor=actor, draft=draft(data), key=key))
    headers = etag(group.version) | {"Location": f"/api/voice/hunt-groups/{group.id}"}
    return Response(view(group), headers=headers)


@get("/{group_id:int}", opt=needs(Permission.VIEW_CALLS))
async def get_hunt_group(
    group_id: FromPath[int], group_reader: NamedDependency[SkipValidation[HuntGroupReader]]
) -> Response[GroupView]:
    """One group, with the version that `If-Match` wants."""
    group = await group_reader.group(GroupId(known_id(group_id)))
    if group is None or group.retired:
        raise NotFound("There is no such hunt group", group_id=group_id)
    return Response(view(group), headers=etag(group.version))


@patch("/{group_id:int}", opt=needs(Permission.MANAGE_HUNT_GROUPS))
async def change_hunt_group(
    request: Request[Any, Any, Any],
    group_id: FromPath[int],
    data: JSONBody[GroupBody],
    save_group: NamedDependency[SaveGroup],
    if_match: IfMatch = None,
) -> Response[GroupView]:
    """Change what is named; the rest stays."""
    return _saved(await save_group(_change(request, group_id, draft(data), if_match)))


@put("/{group_id:int}", opt=needs(Permission.MANAGE_HUNT_GROUPS))
async def replace_hunt_group(
    request: Request[Any, Any, Any],
    group_id: FromPath[int],
    data: JSONBody[GroupBody],
    save_group: NamedDependency[SaveGroup],
    if_match: IfMatch = None,
) -> Response[GroupView]:
    """Replace the group; what is not named gets its default."""
    return _saved(await save_group(_change(request, group_id, whole_draft(data), if_match)))


@delete("/{group_id:int}", opt=needs(Permission.MANAGE_HUNT_GROUPS))
async def retire_hunt_group(
    request: Request[Any, Any, Any],
    group_id: FromPath[int],
    retire_group: NamedDependency[RetireGroup],
    if_match: IfMatch = None,
) -> None:
    """Take the group out of use. It stays in the records of the calls that it served."""
    actor, version = signed_in(request).actor, expected_version(if_match)
    await retire_group(GroupRetirement(actor, GroupId(known_id(group_id)), version))


@post("/{group_id:int}/explain", status_code=200, opt=needs(Permission.VIEW_CALLS))
async def explain_hunt_group(
    group_id: FromPath[int],
    explain_routing: NamedDependency[ExplainRouting],
    data: JSONBody[ExplainBody | None] = None,
) -> Explanation:
    """Whom the group would ring, in which order, and why not the others. Rings nobody."""
    asked = data or ExplainBody()
    at = checked(asked.at, "at") if asked.at is not None else None
    caller = asked.from_number
    if caller is not None:
        caller = None if caller.strip().lower() in WITHHELD else phone(caller, "from")
    return await explain_routing(Explain(GroupId(known_id(group_id)), at, caller))


def _change(request: Request[Any, Any, Any], group_id: int, wanted: GroupDraft, if_match: str | None) -> GroupChange:
    return GroupChange(
        actor=signed_in(request).actor,
        draft=wanted,
        group_id=GroupId(known_id(group_id)),
        version=expected_version(if_match),
    )


def _saved(group: HuntGroup) -> Response[GroupView]:
    return Response(view(group), headers=etag(group.version))


router = StaffSection(
    "/api/voice/hunt-groups",
    route_handlers=[
        list_hunt_groups,
        create_hunt_group,
        get_hunt_group,
        change_hunt_group,
        replace_hunt_group,
        retire_hunt_group,
        explain_hunt_group,
    ],
    tags=["Hunt groups"],
)

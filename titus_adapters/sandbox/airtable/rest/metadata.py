"""`/v0/meta`: who asks, which bases there are, and how they are built."""

from typing import Any

from titus_adapters.sandbox.airtable.base.describing import describe_table
from titus_adapters.sandbox.airtable.refusals import invalid_request
from titus_adapters.sandbox.airtable.rest.routing import Call, Route

BASES_PER_PAGE = 1_000


async def whoami(call: Call) -> dict[str, Any]:
    """Scopes only of an integration's token; the address only if the token may see it."""
    token = call.visit.token
    user = call.desk.house.users[token.user_id]
    told: dict[str, Any] = {"id": user.id}
    if "user.email:read" in token.scopes:
        told["email"] = user.email
    if token.oauth:
        told["scopes"] = sorted(token.scopes)
    return told


async def list_bases(call: Call) -> dict[str, Any]:
    """Those that both the token and its owner reach."""
    visit = call.visit
    visit.need("schema.bases:read")
    bases = [base for base in visit.desk.bases.values() if visit.token.reaches(base.id)]
    shown = [
        {"id": base.id, "name": base.name, "permissionLevel": base.permission_of(visit.token.user_id)}
        for base in bases
        if base.permission_of(visit.token.user_id) != "none"
    ]
    start = _start(call.query.get("offset"), len(shown))
    page: dict[str, Any] = {"bases": shown[start : start + BASES_PER_PAGE]}
    if start + BASES_PER_PAGE < len(shown):
        page["offset"] = f"itr{start + BASES_PER_PAGE}"
    return page


async def show_schema(call: Call, base_id: str) -> dict[str, Any]:
    base = call.visit.base(base_id, "schema.bases:read")
    visible = "visibleFieldIds" in call.query.get("include", [])
    return {"tables": [describe_table(table, visible=visible) for table in base.tables]}


def _start(offset: str | None, count: int) -> int:
    if offset is None:
        return 0
    digits = offset.removeprefix("itr")
    if not digits.isdecimal() or int(digits) > count:
        raise invalid_request()
    return int(digits)


ROUTES = (
    Route("GET", "meta/whoami", whoami),
    Route("GET", "meta/bases", list_bases),
    Route("GET", "meta/bases/*/tables", show_schema),
)

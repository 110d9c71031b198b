"""Calls: the list and the whole story of one."""

from __future__ import annotations

import re
from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.calls.model import Outcome
from titus_core.calls.ports import CallFilter, CallReader
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import CallId
from titus_core.kernel.paging import MAX_LIMIT
from titus_core.kernel.phone import WITHHELD
from titus_http.routes.call_views import CallDetail, CallPage, LegacyCall, detail, item, legacy_row
from titus_http.routes.cursors import cursor_of, place_in
from titus_http.routes.inputs import instant, phone
from titus_http.routes.sections import StaffSection
from titus_http.security.policies import needs

PAGE = 100
_SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LIST = "calls"


@get("/", opt=needs(Permission.VIEW_CALLS))
async def list_calls(
    request: Request[Any, Any, Any],
    call_reader: NamedDependency[SkipValidation[CallReader]],
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)] = PAGE,
    cursor: FromQuery[str | None] = None,
    outcome: FromQuery[Outcome | None] = None,
    from_number: Annotated[str | None, QueryParameter(name="from")] = None,
    since: FromQuery[str | None] = None,
) -> CallPage | list[LegacyCall]:
    """Calls, the latest first. Without any parameter it is today's bare list of a hundred."""
    where = CallFilter(
        outcome=outcome,
        from_number=_caller(from_number) if from_number is not None else None,
        since=instant(since, "since") if since is not None else None,
    )
    page = await call_reader.calls(where, limit, place_in(_LIST, cursor) if cursor is not None else None)
    said = await call_reader.transcripts_of([row.sid for row in page.items])
    if not request.query_params:
        return [legacy_row(row, said.get(row.sid)) for row in page.items]
    items = [item(row, said.get(row.sid)) for row in page.items]
    return CallPage(items, cursor_of(_LIST, page.next) if page.next is not None else None)


@get("/{sid:str}", opt=needs(Permission.VIEW_CALLS))
async def get_call(sid: FromPath[str], call_reader: NamedDependency[SkipValidation[CallReader]]) -> CallDetail:
    """One call: who was rung and why not the others, what happened, and how it ended."""
    call = await call_reader.call(CallId(sid)) if _SID.fullmatch(sid) else None
    if call is None:
        raise NotFound("There is no such call")
    return detail(call, await call_reader.events(call.id), await call_reader.transcript_of(call.id))


def _caller(text: str) -> str:
    """A number as people write it, or one of the words for a withheld one."""
    return text.strip() if text.strip().lower() in WITHHELD else phone(text, "from")


router = StaffSection("/api/voice/calls", route_handlers=[list_calls, get_call], tags=["Calls"])

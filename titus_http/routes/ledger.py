"""What is known to be incomplete, for those who can do something about it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import get
from litestar.di import NamedDependency

from titus_core.accounts.policy import Permission
from titus_core.jobs.find_gaps import FindGaps, GapKind
from titus_http.routes.sections import StaffSection
from titus_http.security.policies import needs


class GapView(msgspec.Struct, frozen=True, rename="camel"):
    """`since` is when it began, `subject` what it is about, `detail` what is known of it."""

    kind: GapKind
    since: datetime
    subject: str
    call_sid: str | None
    detail: str


@get("/gaps", opt=needs(Permission.RETURN_CALLS))
async def list_gaps(find_gaps: NamedDependency[FindGaps]) -> list[GapView]:
    """Everything that waits for a provider or a person longer than it should: jobs that are stuck or late, lists and
    webhooks that are not read, conversations of no call, texts and calls of ours of which nobody knows whether they
    went out, texts of Titus's own that did not arrive, recordings that nothing fetches any more, callbacks that are due
    for more than a day, and what the provider's debugger said within a day. A hundred of each kind at most, the oldest
    first."""
    return [GapView(gap.kind, gap.since, gap.subject, gap.call_id, gap.detail) for gap in await find_gaps()]


router = StaffSection("/api/voice/ledger", route_handlers=[list_gaps], tags=["Jobs"])

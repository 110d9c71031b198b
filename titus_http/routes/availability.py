"""Who takes calls: what people say of themselves, and the heartbeats of their browsers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, SkipValidation
from msgspec import UNSET, UnsetType

from titus_core.accounts.policy import Permission
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.ports import HuntGroupReader
from titus_core.hunt_groups.report_presence import ReportPresence
from titus_core.hunt_groups.set_availability import NewAvailability, SetAvailability
from titus_core.kernel.clock import Clock
from titus_http.routes.inputs import Instant, Success, checked, instant, stamp
from titus_http.routes.sections import StaffSection
from titus_http.security.guards import signed_in
from titus_http.security.policies import needs

LOG_REACHES = timedelta(days=7)
LOG_ROWS = 500


class AvailabilityRow(msgspec.Struct, frozen=True, rename={"do_not_disturb_until": "doNotDisturbUntil"}):
    user_id: int
    status: Presence
    changed_at: str | None
    name: str
    email: str
    do_not_disturb_until: Instant | None


class AvailabilityBody(msgspec.Struct, frozen=True, rename={"do_not_disturb_until": "doNotDisturbUntil"}):
    """Without `doNotDisturbUntil` a pause that was asked for goes on; null ends it."""

    status: Presence
    do_not_disturb_until: Instant | UnsetType | None = UNSET


class AvailabilityAnswer(msgspec.Struct, frozen=True, rename={"do_not_disturb_until": "doNotDisturbUntil"}):
    """`doNotDisturbUntil` is there while a pause holds."""

    status: Presence
    success: bool = True
    do_not_disturb_until: Instant | UnsetType = UNSET


class AvailabilityLogRow(msgspec.Struct, frozen=True):
    """One stretch of someone's availability; it lasts while `ended_at` is null."""

    user_id: int
    status: Presence
    started_at: str | None
    ended_at: str | None
    duration_secs: int | None
    name: str
    email: str


@get("/availability", opt=needs(Permission.TAKE_CALLS))
async def list_availability(group_reader: NamedDependency[SkipValidation[HuntGroupReader]]) -> list[AvailabilityRow]:
    """What everybody says of themselves. Who never said anything is offline and not listed."""
    return [
        AvailabilityRow(
            user_id=entry.user_id,
            status=entry.presence,
            changed_at=stamp(entry.changed_at),
            name=entry.name,
            email=entry.email,
            do_not_disturb_until=entry.do_not_disturb_until,
        )
        for entry in await group_reader.availabilities()
    ]


@post("/availability", status_code=200, opt=needs(Permission.TAKE_CALLS))
async def set_own_availability(
    request: Request[Any, Any, Any],
    data: JSONBody[AvailabilityBody],
    set_availability: NamedDependency[SetAvailability],
) -> AvailabilityAnswer:
    """Say of yourself whether you take calls."""
    user, until = signed_in(request), data.do_not_disturb_until
    if until is not UNSET and until is not None:
        until = checked(until, "doNotDisturbUntil")
    now = await set_availability(NewAvailability(user.actor, user.id, data.status, until))
    return AvailabilityAnswer(now.presence, do_not_disturb_until=now.do_not_disturb_until or UNSET)


@get("/availability/log", opt=needs(Permission.TAKE_CALLS))
async def list_availability_log(
    group_reader: NamedDependency[SkipValidation[HuntGroupReader]],
    clock: NamedDependency[SkipValidation[Clock]],
    since: FromQuery[str | None] = None,
) -> list[AvailabilityLogRow]:
    """Stretches of availability, the latest first; of the last seven days unless `since` says otherwise."""
    begin = instant(since, "since") if since is not None else clock.now() - LOG_REACHES
    return [
        AvailabilityLogRow(
            user_id=change.user_id,
            status=change.presence,
            started_at=stamp(change.started_at),
            ended_at=stamp(change.ended_at),
            duration_secs=int((change.ended_at - change.started_at).total_seconds()) if change.ended_at else None,
            name=change.name,
            email=change.email,
        )
        for change in await group_reader.availability_log(begin, LOG_ROWS)
    ]


@post("/presence", status_code=200, opt=needs(Permission.TAKE_CALLS))
async def report_own_presence(
    request: Request[Any, Any, Any], report_presence: NamedDependency[ReportPresence]
) -> Success:
    """A browser that is ready to take calls says so, every 30 seconds at least."""
    await report_presence(signed_in(request).id)
    return Success()


router = StaffSection(
    "/api/voice",
    route_handlers=[list_availability, set_own_availability, list_availability_log, report_own_presence],
    tags=["Availability"],
)

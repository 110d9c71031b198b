"""How well callers are served, in numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.calls.measure_calls import MeasureCalls, Span
from titus_core.calls.model import Outcome
from titus_core.calls.statistics import Figures, Yardstick
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import GroupId
from titus_http.routes.inputs import MAX_ID, instant
from titus_http.routes.sections import StaffSection
from titus_http.security.policies import needs

USUALLY = timedelta(days=7)
LONGEST = timedelta(days=366)


class MemberView(msgspec.Struct, frozen=True, rename="camel"):
    """`offered` counts how often it rang there; `missed` counts busy and unreachable phones too; whoever was rung
    together with the one who answered has missed nothing. `talkSeconds` is the sum."""

    user_id: int
    name: str
    offered: int
    answered: int
    missed: int
    declined: int
    talk_seconds: int


class StatsView(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Of the settled inbound calls that became known from `since` on and before `until`; blocked callers count nowhere.
    A rate is null where there is nothing to divide by; times are seconds.

    `offered` are all calls but short abandons. `answerRate` = answered / offered, `abandonRate` = abandoned / offered.
    `serviceLevelOfAnswered` = answered within the threshold / answered. `serviceLevelOfOffered` = (answered +
    abandoned, each within the threshold) / (answered + abandoned). `averageSpeedOfAnswer` is from arrival until
    someone took the call."""

    since: datetime
    until: datetime
    group: int | None
    threshold: float
    short_abandon: float
    outcomes: dict[Outcome, int]
    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    answer_rate: float | None
    abandon_rate: float | None
    service_level_of_answered: float | None
    service_level_of_offered: float | None
    average_speed_of_answer: float | None
    average_talk: float | None
    longest_wait: float | None
    members: list[MemberView]


@get("/stats", opt=needs(Permission.VIEW_CALLS))
async def get_stats(
    measure_calls: NamedDependency[MeasureCalls],
    clock: NamedDependency[SkipValidation[Clock]],
    since: FromQuery[str | None] = None,
    until: FromQuery[str | None] = None,
    group: Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)] = None,
    threshold: Annotated[float, QueryParameter(ge=1, le=600)] = 20.0,
    short_abandon: Annotated[float, QueryParameter(name="shortAbandon", ge=0, le=60)] = 5.0,
) -> StatsView:
    """The figures of a time: by default of the last seven days, of a year at most. `threshold` is within how many
    seconds an answer counts as quick; who hangs up before `shortAbandon` seconds does not count."""
    end = instant(until, "until") if until is not None else clock.now()
    start = instant(since, "since") if since is not None else end - USUALLY
    if not timedelta() < end - start <= LONGEST:
        raise Invalid("since", "must be before until, by a year at most")
    yardstick = Yardstick(threshold, short_abandon)
    figures = await measure_calls(Span(start, end), yardstick, GroupId(group) if group is not None else None)
    return _view(figures, Span(start, end), yardstick, group)


def _view(figures: Figures, span: Span, yardstick: Yardstick, group: int | None) -> StatsView:
    counted = {name: getattr(figures, name) for name in figures.__struct_fields__ if name != "members"}
    members = [MemberView(*msgspec.structs.astuple(member)) for member in figures.members]
    return StatsView(
        since=span.since,
        until=span.until,
        group=group,
        threshold=yardstick.threshold,
        short_abandon=yardstick.short_abandon,
        members=members,
        **counted,
    )


router = StaffSection("/api/voice", route_handlers=[get_stats], tags=["Calls"])

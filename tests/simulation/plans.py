"""The plan that a caller must get, told a second time and otherwise than `titus_core.calls.planning`."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.simulation.history import History
from titus_core.calls.events import CallArrived
from titus_core.calls.evidence import answered_at, answered_by, talk_ended_at, winner
from titus_core.calls.model import AgentStage, Call, NumberStage, RingStage, Stage, VoicemailStage
from titus_core.hunt_groups.model import HuntGroup, Member, Strategy, ToAgent, ToGroup, ToNumber
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.ids import UserId


def expected_stages(history: History, arrival: CallArrived, at: datetime) -> tuple[Stage, ...]:
    """The members of the group that serves the number, then its overflow up to voicemail, which is always the last."""
    group = serving(history, arrival.to_number)
    agent = (AgentStage(),) if history.agent_ready else ()
    if group is None:
        return (*agent, VoicemailStage())
    stages: list[Stage] = [_ring(history, group, arrival, at, _first(history, group, arrival, at))]
    for step in group.overflow:
        if isinstance(step, ToGroup):
            into = history.groups[step.group_id]
            stages.extend([_ring(history, into, arrival, at, None)] if into.active else [])
        elif isinstance(step, ToAgent):
            stages.extend(agent)
        elif isinstance(step, ToNumber):
            stages.append(NumberStage(step.number, step.ring_seconds))
        else:
            break
    return (*stages, VoicemailStage())


def serving(history: History, dialled: str) -> HuntGroup | None:
    for wanted in (dialled, None):
        for group_id in sorted(history.groups):
            if history.groups[group_id].number == wanted and history.groups[group_id].active:
                return history.groups[group_id]
    return None


def _ring(history: History, group: HuntGroup, arrival: CallArrived, at: datetime, first: UserId | None) -> RingStage:
    members = _rotated(history, group) if group.strategy is Strategy.ROUND_ROBIN else list(group.members)
    if group.strategy is Strategy.LONGEST_IDLE:
        members.sort(key=lambda member: _idle_since(history, member.user_id, at))
    elif group.strategy is Strategy.FEWEST_CALLS:
        members.sort(key=lambda member: len(_answers(history, at - timedelta(hours=24), member.user_id)))
    elif group.strategy is Strategy.RANDOM:
        members = _as_drawn(group, arrival)
    members.sort(key=lambda member: member.tier)
    return RingStage(
        group_id=group.id,
        name=group.name,
        strategy=group.strategy,
        ring_seconds=group.ring_seconds,
        when_busy=group.when_busy,
        screening=group.screening,
        wrap_up_seconds=group.wrap_up_seconds,
        members=tuple(members),
        first=first,
        hours=group.hours,
        closures=group.closures,
    )


def _rotated(history: History, group: HuntGroup) -> list[Member]:
    """Whoever comes behind the first of the group's last run is the first now."""
    members = list(group.members)
    last = history.firsts.get(group.id)
    place = next((place for place, member in enumerate(members, 1) if member.user_id == last), 0)
    return members[place:] + members[:place]


def _as_drawn(group: HuntGroup, arrival: CallArrived) -> list[Member]:
    """Chance decides, so whatever order the plan has is right as long as everybody is in it."""
    drawn = [
        member
        for stage in arrival.plan.stages
        if isinstance(stage, RingStage) and stage.group_id == group.id
        for member in stage.members
    ]
    everybody = {member.user_id: member for member in group.members}
    return drawn if sorted(drawn, key=_user) == sorted(everybody.values(), key=_user) else list(group.members)


def _user(member: Member) -> UserId:
    return member.user_id


def _first(history: History, group: HuntGroup, arrival: CallArrived, at: datetime) -> UserId | None:
    """Who answered this caller last (of two at one moment, the call known later), if the group wants to know."""
    if not group.sticky_days or arrival.caller is None:
        return None
    since = at - timedelta(days=group.sticky_days)
    answers = [(when, user_id) for call, when, user_id in _answered(history, since) if call.caller == arrival.caller]
    return max(reversed(answers), key=lambda answer: answer[0])[1] if answers else None


def _idle_since(history: History, user_id: UserId, at: datetime) -> datetime:
    ends = [over for _, over in _answers(history, at - timedelta(days=7), user_id)]
    return max(ends, default=EPOCH)


def _answers(history: History, since: datetime, user_id: UserId) -> list[tuple[datetime, datetime]]:
    """When this person answered calls, and when each talk was over (or began, where it is not)."""
    return [(when, _over(call) or when) for call, when, who in _answered(history, since) if who == user_id]


def _answered(history: History, since: datetime) -> list[tuple[Call, datetime, UserId]]:
    found = []
    for call in history.calls.values():
        attempt, when = answered_by(call), answered_at(call)
        if attempt is not None and attempt.user_id is not None and when is not None and when >= since:
            found.append((call, when, attempt.user_id))
    return found


def _over(call: Call) -> datetime | None:
    for wave in call.waves:
        attempt = winner(call, wave)
        if attempt is not None:
            return talk_ended_at(call, wave, attempt)
    return None


def without_people(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """What is left for a caller for whom people may have been rung already."""
    return tuple(stage for stage in stages if not isinstance(stage, RingStage))

"""Makes the plan for one caller, from the groups as they are at that moment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import takewhile
from typing import assert_never

import msgspec

from titus_core.calls.model import AgentStage, NumberStage, Plan, RingStage, Stage, VoicemailStage
from titus_core.hunt_groups.availability import MemberState
from titus_core.hunt_groups.model import HuntGroup, OverflowStep, ToAgent, ToGroup, ToNumber, ToVoicemail
from titus_core.hunt_groups.strategies import order
from titus_core.kernel.ids import CallId, GroupId, UserId

BUDGET_WITHOUT_GROUP = 60


class Roster(msgspec.Struct, frozen=True):
    """What planning knows: groups that are not retired (oldest first), members' states, memory, switches."""

    groups: tuple[HuntGroup, ...] = ()
    members: Mapping[UserId, MemberState] = {}
    first_of_last_run: Mapping[GroupId, UserId] = {}
    first: UserId | None = None
    agent_enabled: bool = True


def serving(groups: Iterable[HuntGroup], dialled: str) -> HuntGroup | None:
    """The active group of the dialled number, else the oldest active group without a number."""
    active = [group for group in groups if group.active and not group.retired]
    own = [group for group in active if group.number == dialled]
    return next(iter(own or [group for group in active if group.number is None]), None)


def make_plan(group: HuntGroup | None, call_id: CallId, roster: Roster) -> Plan:
    """The plan for this call. Without a group the AI agent takes it, or voicemail: nobody is left with nothing."""
    if group is None:
        agent = (AgentStage(),) if roster.agent_enabled else ()
        return Plan(stages=(*agent, VoicemailStage()), budget_seconds=BUDGET_WITHOUT_GROUP)
    stages: list[Stage] = [_ring(group, call_id, roster, roster.first)]
    for step in group.overflow:
        stages.extend(_stages(step, call_id, roster))
    recorded = group.record and group.announce_recording
    return Plan(
        stages=(*takewhile(lambda stage: not isinstance(stage, VoicemailStage), stages), VoicemailStage()),
        budget_seconds=group.max_wait_seconds,
        group_id=group.id,
        group_name=group.name,
        record=recorded,
        announcement=announcement_id(group.prompts.recording_notice) if group.announce_recording else None,
        prompts=group.prompts,
        voice=group.voice,
        missed_call_text=group.missed_call_text,
    )


def announcement_id(text: str) -> str:
    """Names a recording notice by its words, so that years later it is known what the caller was told."""
    return f"notice-{sha256(text.encode()).hexdigest()[:16]}"


def _ring(group: HuntGroup, call_id: CallId, roster: Roster, first: UserId | None) -> Stage:
    return RingStage(
        group_id=group.id,
        name=group.name,
        strategy=group.strategy,
        ring_seconds=group.ring_seconds,
        when_busy=group.when_busy,
        screening=group.screening,
        wrap_up_seconds=group.wrap_up_seconds,
        members=order(group, roster.members, call_id, roster.first_of_last_run.get(group.id)),
        first=first,
        hours=group.hours,
        closures=group.closures,
    )


def _stages(step: OverflowStep, call_id: CallId, roster: Roster) -> tuple[Stage, ...]:
    """The stages of one overflow step. The overflow of a group that is overflowed into is not followed: the first
    group's chain is the whole story, so no two groups can send a caller in circles."""
    match step:
        case ToGroup(group_id):
            return tuple(
                _ring(group, call_id, roster, None) for group in roster.groups if group.id == group_id and group.active
            )
        case ToAgent():
            return (AgentStage(),) if roster.agent_enabled else ()
        case ToNumber(number, ring_seconds):
            return (NumberStage(number, ring_seconds),)
        case ToVoicemail():
            return (VoicemailStage(),)
        case never:
            assert_never(never)

"""A hunt group in today's shape (`legacy-contract.md` §2.1), read from and turned into ours. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from titus_core.hunt_groups.model import HuntGroup, Member, OverflowStep, Strategy, ToAgent, ToVoicemail
from titus_core.hunt_groups.rules import RING_SECONDS
from titus_core.hunt_groups.save_group import GroupDraft
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import UserId
from titus_http.routes.inputs import MAX_ID, RowId, stamp

AGENT = "ai_denise"
"""The AI agent as a member of a group: in ours it is a step of the overflow."""

OUR_STRATEGY = {
    "sequential": Strategy.SEQUENTIAL,
    "roundrobin": Strategy.ROUND_ROBIN,
    "simultaneous": Strategy.RING_ALL,
    "lru": Strategy.LONGEST_IDLE,
}
THEIR_STRATEGY = {ours: theirs for theirs, ours in OUR_STRATEGY.items()}

Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]


class LegacyMember(msgspec.Struct, frozen=True, rename="camel"):
    """`user_id` is a user's number, or the agent's name."""

    user_id: int | str
    name: str = ""
    ring_seconds: Seconds | None = None


class LegacyGroup(msgspec.Struct, frozen=True, kw_only=True):
    """What today's editor sends. Without `id` it is a new group."""

    id: RowId | None = None
    name: str | UnsetType = UNSET
    strategy: str | UnsetType = UNSET
    ring_seconds: Seconds | UnsetType | None = UNSET
    members: tuple[LegacyMember, ...] | UnsetType = UNSET
    skip_if_busy: bool | int | UnsetType = UNSET
    active: bool | int | UnsetType = UNSET


class LegacyGroupRow(msgspec.Struct, frozen=True, kw_only=True):
    """What today's pages read: flags are 0 and 1."""

    id: int
    name: str
    strategy: str
    ring_seconds: int
    members: tuple[LegacyMember, ...]
    active: int
    skip_if_busy: int
    created_at: str | None
    updated_at: str | None


def row(group: HuntGroup, names: Mapping[UserId, str]) -> LegacyGroupRow:
    """Strategies that today's pages do not know keep our names."""
    members = [LegacyMember(m.user_id, names.get(m.user_id, ""), m.ring_seconds) for m in group.members]
    if any(isinstance(step, ToAgent) for step in group.overflow):
        members.append(LegacyMember(AGENT, "AI agent"))
    return LegacyGroupRow(
        id=group.id,
        name=group.name,
        strategy=THEIR_STRATEGY.get(group.strategy, group.strategy.value),
        ring_seconds=group.ring_seconds,
        members=tuple(members),
        active=int(group.active),
        skip_if_busy=int(group.when_busy == "overflow"),
        created_at=stamp(group.created_at),
        updated_at=stamp(group.updated_at),
    )


def draft(body: LegacyGroup, before: HuntGroup | None) -> GroupDraft:
    """What the body says, over what it cannot say: the rest of the group stays. Raises `Invalid`."""
    said = GroupDraft(name=body.name)
    if body.strategy is not UNSET:
        said = replace(said, strategy=_strategy(body.strategy))
    if isinstance(body.ring_seconds, int):
        said = replace(said, ring_seconds=_clamped(body.ring_seconds))
    if body.skip_if_busy is not UNSET:
        said = replace(said, when_busy="overflow" if body.skip_if_busy else "wait")
    if body.active is not UNSET:
        said = replace(said, active=bool(body.active))
    if body.members is not UNSET:
        said = _with_members(said, body.members, before)
    return said


def _with_members(said: GroupDraft, members: tuple[LegacyMember, ...], before: HuntGroup | None) -> GroupDraft:
    known = {member.user_id: member for member in before.members} if before is not None else {}
    people = [member for member in members if member.user_id != AGENT]
    overflow = before.overflow if before is not None else (ToVoicemail(),)
    return replace(
        said,
        members=tuple(_member(member, place, known) for place, member in enumerate(people)),
        overflow=_with_agent(overflow) if len(people) < len(members) else _without_agent(overflow),
    )


def _without_agent(steps: tuple[OverflowStep, ...]) -> tuple[OverflowStep, ...]:
    return tuple(step for step in steps if not isinstance(step, ToAgent))


def _with_agent(steps: tuple[OverflowStep, ...]) -> tuple[OverflowStep, ...]:
    """The agent stays where it is; a new one comes before voicemail, which ends every chain."""
    if any(isinstance(step, ToAgent) for step in steps):
        return steps
    place = next((place for place, step in enumerate(steps) if isinstance(step, ToVoicemail)), len(steps))
    return (*steps[:place], ToAgent(), *steps[place:])


def _member(member: LegacyMember, place: int, known: Mapping[UserId, Member]) -> Member:
    """Tier and endpoint, which today's editor does not know, stay; a new member is rung everywhere."""
    text = str(member.user_id)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_ID):
        raise Invalid(f"members[{place}].userId", "must be the number of a user")
    user_id = UserId(int(text))
    seconds = _clamped(member.ring_seconds) if member.ring_seconds is not None else None
    return replace(known.get(user_id, Member(user_id)), ring_seconds=seconds)


def _strategy(name: str) -> Strategy:
    if name in OUR_STRATEGY:
        return OUR_STRATEGY[name]
    if name in {strategy.value for strategy in Strategy}:
        return Strategy(name)
    raise Invalid("strategy", f"must be one of {', '.join(OUR_STRATEGY)}")


def _clamped(seconds: int) -> int:
    low, high = RING_SECONDS
    return min(max(seconds, low), high)

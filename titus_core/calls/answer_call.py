"""A caller is on the line: make a plan and begin it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from titus_core.calls.delivering import Incoming, answer, answered_before, world_for
from titus_core.calls.events import CallArrived
from titus_core.calls.identifying import Identity, identity_of
from titus_core.calls.planning import Roster, make_plan, serving
from titus_core.calls.ports import CallTx, Kept
from titus_core.calls.routing import decide
from titus_core.hunt_groups.availability import MemberState
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.hunt_groups.model import HuntGroup, Strategy, ToGroup
from titus_core.kernel.ids import CallId, GroupId, UserId
from titus_core.kernel.phone import PhoneNumber, e164
from titus_core.kernel.unit_of_work import Storage

COUNTS_FOR = timedelta(hours=24)
"""How far back "fewest calls" counts."""

IDLE_FOR = timedelta(days=7)
"""Who has not talked for so long is as idle as one can be."""


class CallerOnLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider says of a new call. `found` says how we came to know of it, if not by its first webhook."""

    call_id: CallId
    from_number: str
    to_number: str
    found: str | None = None


class AnswerCall:
    """Answers the provider's first request for a call, and its repetitions alike."""

    def __init__(self, storage: Storage[CallTx], calendar: HolidayCalendar) -> None:
        self._storage = storage
        self._calendar = calendar

    async def __call__(self, incoming: Incoming[CallerOnLine]) -> Kept:
        return await self._storage.transact(self._work, incoming)

    async def _work(self, tx: CallTx, incoming: Incoming[CallerOnLine]) -> Kept:
        if (before := await answered_before(tx, incoming)) is not None:
            return before
        known = await tx.calls.get(incoming.fact.call_id)
        arrival = await arrive(tx, incoming.fact, incoming.at, agent_ready=incoming.agent_ready)
        # A call that arrived before keeps its plan, whatever became of the group since.
        plan = known.plan if known is not None and known.plan is not None else arrival.plan
        world = await world_for(tx, plan, incoming, self._calendar)
        return answer(tx, known, decide(known, arrival, incoming.at, world), incoming)


async def arrive(
    tx: CallTx, fact: CallerOnLine, at: datetime, *, agent_ready: bool, group: HuntGroup | None = None
) -> CallArrived:
    """The arrival of this caller: who they are, which group serves them (unless one is given), and the plan."""
    groups = await tx.hunt_groups.all()
    group = group or serving(groups, fact.to_number)
    caller = e164(fact.from_number)
    identity = identity_of(await tx.known_callers.with_number(caller) if caller is not None else ())
    enabled = agent_ready and await tx.voice_settings.get("ai_enabled") != "false"
    chain = _chain(group, groups)
    roster = Roster(
        groups=groups,
        members=await _ranked(tx, chain, at),
        first_of_last_run=await _memories(tx, chain),
        first=await _first(tx, group, caller, identity, at),
        agent_enabled=enabled,
    )
    blocked = group is not None and caller is not None and caller in group.blocked
    return CallArrived(
        call_id=fact.call_id,
        from_number=fact.from_number,
        to_number=fact.to_number,
        caller=caller,
        participant=identity.name,
        contact_id=identity.contact_id,
        found=fact.found,
        refusal="blocked" if blocked else None,
        plan=make_plan(group, fact.call_id, roster),
    )


def _chain(group: HuntGroup | None, groups: tuple[HuntGroup, ...]) -> tuple[HuntGroup, ...]:
    """The group and those that it overflows into."""
    if group is None:
        return ()
    into = {step.group_id for step in group.overflow if isinstance(step, ToGroup)}
    return (group, *(other for other in groups if other.id in into))


async def _ranked(tx: CallTx, chain: tuple[HuntGroup, ...], at: datetime) -> dict[UserId, MemberState]:
    """What longest idle and fewest calls compare; nothing where no group asks for it."""
    ranking = [group for group in chain if group.strategy in {Strategy.LONGEST_IDLE, Strategy.FEWEST_CALLS}]
    users = sorted({member.user_id for group in ranking for member in group.members})
    if not users:
        return {}
    counts = await tx.calls.talks(users, at - COUNTS_FOR)
    idle = await tx.calls.talks(users, at - IDLE_FOR)
    return {
        user_id: MemberState(
            user_id,
            "",
            answered=counts[user_id].answered if user_id in counts else 0,
            idle_since=idle[user_id].idle_since if user_id in idle else None,
        )
        for user_id in users
    }


async def _memories(tx: CallTx, chain: tuple[HuntGroup, ...]) -> dict[GroupId, UserId]:
    found: dict[GroupId, UserId] = {}
    for group in chain:
        if group.strategy is Strategy.ROUND_ROBIN:
            first = await tx.hunt_groups.first_of_last_run(group.id)
            if first is not None:
                found[group.id] = first
    return found


async def _first(
    tx: CallTx, group: HuntGroup | None, caller: PhoneNumber | None, identity: Identity, at: datetime
) -> UserId | None:
    """Who served this caller last, or looks after the client, where the group wants them rung first."""
    if group is None or caller is None or group.sticky_days == 0:
        return None
    answerer = await tx.calls.last_answerer(caller, at - timedelta(days=group.sticky_days))
    return answerer if answerer is not None else identity.coordinator

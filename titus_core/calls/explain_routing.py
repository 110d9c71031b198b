"""Whom a group would ring at a given time for a given caller, and why not the others. Rings nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from titus_core.calls.answer_call import CallerOnLine, arrive
from titus_core.calls.delivering import directory
from titus_core.calls.events import CallArrived, WaveEnded
from titus_core.calls.history import evolve
from titus_core.calls.hunting import Directory, go_on, stage_name
from titus_core.calls.model import Call, CallStatus, RingStage
from titus_core.calls.ports import CallTx, VoiceAgent
from titus_core.hunt_groups.availability import Reason, endpoints
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.hunt_groups.model import Endpoint, HuntGroup, Member
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import CallId, GroupId, UserId
from titus_core.kernel.unit_of_work import Storage

_NOBODY = CallId("explain")


class Explain(msgspec.Struct, frozen=True):
    """`at` None: now. `from_number` None: an unknown caller."""

    group_id: GroupId
    at: datetime | None = None
    from_number: str | None = None


class ExplainedMember(msgspec.Struct, frozen=True, rename="camel"):
    """`wave` is when they would be rung if nobody before them answered; None with a `reason` if never."""

    user_id: UserId
    name: str
    tier: int
    position: int
    endpoints: tuple[Endpoint, ...]
    ring_seconds: int
    eligible: bool
    reason: Reason | None
    wave: int | None


class Explanation(msgspec.Struct, frozen=True, rename="camel"):
    """The whole decision: the members in order, then what follows if nobody answers. `refusal`: the caller is turned
    away. `stages` names what the plan holds, first to last."""

    group_id: GroupId
    at: datetime
    open: bool
    closed_reason: Reason | None
    agent_ready: bool
    refusal: str | None
    members: tuple[ExplainedMember, ...]
    stages: tuple[str, ...]


class ExplainRouting:
    """Raises `NotFound` for an unknown or retired group."""

    def __init__(
        self, storage: Storage[CallTx], calendar: HolidayCalendar, clock: Clock, agent: VoiceAgent | None
    ) -> None:
        self._storage = storage
        self._calendar = calendar
        self._clock = clock
        self._agent = agent

    async def __call__(self, command: Explain) -> Explanation:
        return await self._storage.transact(self._work, command)

    async def _work(self, tx: CallTx, command: Explain) -> Explanation:
        group = await tx.hunt_groups.get(command.group_id)
        if group is None or group.retired:
            raise NotFound(group_id=command.group_id)
        at = command.at or self._clock.now()
        ready = self._agent is not None and self._agent.available
        caller = CallerOnLine(
            call_id=_NOBODY, from_number=command.from_number or "anonymous", to_number=group.number or ""
        )
        arrival = await arrive(tx, caller, at, agent_ready=ready, group=group)
        world = await directory(tx, arrival.plan, at, self._calendar, agent_ready=ready)
        world = _with_todays_browsers(world, self._clock.now(), at)
        return _explained(group, arrival, world, at)


def _with_todays_browsers(world: Directory, now: datetime, at: datetime) -> Directory:
    """Browsers that are ready now count as ready at the asked time: heartbeats of the future cannot be known."""
    ready = {
        user_id: replace(state, heartbeat_at=at + timedelta(days=1) if state.browser_is_fresh(now) else None)
        for user_id, state in world.members.items()
    }
    return replace(world, members=ready)


def _explained(group: HuntGroup, arrival: CallArrived, world: Directory, at: datetime) -> Explanation:
    call = _nobody_answers(arrival, world, at)
    own = arrival.plan.stages[0]
    assert isinstance(own, RingStage), "the plan of a group begins with its members"
    reason = world.closed.get(group.id)
    order = own.members
    if own.first is not None:
        first = next((member for member in order if member.user_id == own.first), Member(own.first))
        order = (first, *(member for member in order if member.user_id != own.first))
    return Explanation(
        group_id=group.id,
        at=at,
        open=reason is None,
        closed_reason=reason,
        agent_ready=world.agent_ready,
        refusal=arrival.refusal,
        members=tuple(_member(own, member, place, call, world, at) for place, member in enumerate(order, 1)),
        stages=tuple(stage_name(stage) for stage in arrival.plan.stages),
    )


def _nobody_answers(arrival: CallArrived, world: Directory, at: datetime) -> Call:
    """The call as it would go if nobody answered, with the members as they are now."""
    call = evolve(None, arrival, at)
    while arrival.refusal is None:
        waves = len(call.waves)
        for event in go_on(call, at, world)[0]:
            call = evolve(call, event, at)
        if len(call.waves) == waves:
            break
        at += timedelta(seconds=call.waves[-1].ring_seconds)
        call = evolve(call, WaveEnded(call_id=call.id, wave=waves + 1, status=CallStatus.NO_ANSWER), at)
    return call


def _member(
    stage: RingStage, member: Member, place: int, call: Call, world: Directory, at: datetime
) -> ExplainedMember:
    state = world.members.get(member.user_id)
    wave = next(
        (w.number for w in call.waves if w.stage == 0 and any(a.user_id == member.user_id for a in w.attempts)), None
    )
    skip = next((s.reason for s in call.skips if s.stage == 0 and s.user_id == member.user_id), None)
    reason = skip or (None if wave is not None else _passing(world, member, call))
    return ExplainedMember(
        user_id=member.user_id,
        name=state.name if state is not None else f"user {member.user_id}",
        tier=member.tier,
        position=place,
        endpoints=endpoints(state, member.endpoint, at) if state is not None else (),
        ring_seconds=member.ring_seconds or stage.ring_seconds,
        eligible=wave is not None,
        reason=reason,
        wave=wave,
    )


def _passing(world: Directory, member: Member, call: Call) -> Reason | None:
    """Why someone whom the caller would wait for is not rung now."""
    state = world.members.get(member.user_id)
    if call.refusal is not None or state is None or state.engagement is None:
        return None
    return Reason.WRAP_UP if state.engagement.kind == "wrap_up" else Reason.BUSY

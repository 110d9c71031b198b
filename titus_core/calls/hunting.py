"""Walks a call's plan: whom to ring next, or what comes when nobody is left. Pure.

Nothing here looks at what the provider asked; `routing.decide` does, and comes here when the caller needs something.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

import msgspec

from titus_core.calls.events import (
    CallerHeld,
    MemberSkipped,
    StageReached,
    VoicemailOffered,
    WaveOffered,
)
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.instructions import (
    About,
    ConnectAgent,
    Dial,
    Hangup,
    Hold,
    Instruction,
    Say,
    TakeVoicemail,
    Target,
)
from titus_core.calls.model import (
    AgentStage,
    Attempt,
    Call,
    Direction,
    NumberStage,
    Plan,
    RingStage,
    Stage,
    VoicemailStage,
)
from titus_core.hunt_groups.availability import PASSING, MemberState, Reason, endpoints, exclusion
from titus_core.hunt_groups.model import Endpoint, Member, Strategy
from titus_core.kernel.ids import GroupId, UserId

MAX_TARGETS = 10
"""The provider rings at most ten endpoints at once (`twilio.md` §1.3)."""

LEAST_RING = 10
"""Nobody can be rung for less: a dial timeout is at least 5 s and lasts 5 s longer than it says."""

HOLD_SECONDS = 5
"""How long a waiting caller waits before Titus looks again who became free."""

SPEAK_EVERY = 4
"""Every so many holds the caller hears the hold prompt again, so that the line is never dead for long."""

Step: TypeAlias = tuple[tuple[AnyCallEvent, ...], tuple[Instruction, ...]]


class Directory(msgspec.Struct, frozen=True):
    """The world at this moment: members' states, which groups are closed and why, whether the agent can be used."""

    members: Mapping[UserId, MemberState] = {}
    closed: Mapping[GroupId, Reason] = {}
    agent_ready: bool = False


class Choice(msgspec.Struct, frozen=True):
    """What a ring stage offers now: a wave or nothing (`waits`: someone will be free soon), and who was passed by."""

    attempts: tuple[Attempt, ...] = ()
    ring_seconds: int = 0
    skipped: tuple[tuple[Member, Reason], ...] = ()
    waits: bool = False


def go_on(call: Call, now: datetime, directory: Directory) -> Step:
    """What the caller gets next. Always leads somewhere."""
    plan = call.plan
    assert plan is not None, "only calls that arrived are hunted for"
    events: list[AnyCallEvent] = []
    for index in range(call.stage, len(plan.stages)):
        if index != call.stage:
            events.append(StageReached(call_id=call.id, stage=index, to=stage_name(plan.stages[index])))
        step = _at_stage(call, plan, index, now, directory)
        events.extend(step[0])
        if step[1]:
            return tuple(events), (*_opening(call, plan), *step[1])
    return tuple(events), (Say(plan.prompts.unavailable), Hangup()) if plan.prompts.unavailable else (Hangup(),)


def _at_stage(call: Call, plan: Plan, index: int, now: datetime, directory: Directory) -> Step:
    stage = plan.stages[index]
    match stage:
        case RingStage():
            return _ring(call, plan, stage, index, now, directory)
        case NumberStage():
            return _ring_number(call, plan, stage, index, now)
        case AgentStage():
            usable = directory.agent_ready and call.agent.failure is None and call.agent.served_at is None
            return ((), (ConnectAgent(index),)) if usable else ((), ())
        case VoicemailStage():
            spoken = (Say(plan.prompts.unavailable),) if plan.prompts.unavailable else ()
            return (VoicemailOffered(call_id=call.id),), (*spoken, TakeVoicemail())
        case never:
            assert_never(never)


def _ring(call: Call, plan: Plan, stage: RingStage, index: int, now: datetime, directory: Directory) -> Step:
    choice = choose(call, plan, stage, index, now, directory)
    number = _next_wave(call)
    skips = tuple(
        MemberSkipped(
            call_id=call.id,
            wave=number,
            stage=index,
            user_id=member.user_id,
            name=_display(directory, member.user_id),
            reason=reason,
        )
        for member, reason in choice.skipped
    )
    if choice.attempts:
        offered = WaveOffered(
            call_id=call.id, wave=number, stage=index, ring_seconds=choice.ring_seconds, attempts=choice.attempts
        )
        return (*skips, offered), _dial(call, plan, number, choice.attempts, choice.ring_seconds)
    if choice.waits:
        speaks = plan.prompts.hold and (call.held_since is None or call.holds % SPEAK_EVERY == 0)
        spoken = (Say(plan.prompts.hold),) if speaks else ()
        events, asked_again = hold(call, index)
        return (*skips, *events), (*spoken, *asked_again)
    return skips, ()


def hold(call: Call, stage: int) -> Step:
    """Let the caller wait a little. Every hold has its own number, so that no request is taken for an earlier one."""
    return (CallerHeld(call_id=call.id, stage=stage),), (Hold(HOLD_SECONDS, call.holds + 1),)


def choose(call: Call, plan: Plan, stage: RingStage, index: int, now: datetime, directory: Directory) -> Choice:
    """Whom this stage rings now. Members who were rung or finally passed by in this stage are not considered again."""
    untried = _untried(call, stage, index)
    closed = directory.closed.get(stage.group_id)
    if closed is not None:
        return Choice(skipped=tuple((member, closed) for member in untried))
    left = _seconds_left(call, plan, now)
    if left < LEAST_RING:
        return Choice(skipped=tuple((member, Reason.OUT_OF_TIME) for member in untried))
    return _choose_wave(call, stage, untried, left, now, directory)


def _choose_wave(
    call: Call, stage: RingStage, untried: tuple[Member, ...], left: int, now: datetime, directory: Directory
) -> Choice:
    skipped: list[tuple[Member, Reason]] = []
    wave: list[Member] = []
    attempts: list[Attempt] = []
    waits = False
    for member in untried:
        reason = exclusion(directory.members.get(member.user_id), member.endpoint, now, call.id)
        if wave and not _joins(stage, wave[0], member):
            break
        if reason is None:
            offers = _attempts(directory.members[member.user_id], member, stage, now)
            if len(attempts) + len(offers) > MAX_TARGETS:
                break
            if {offer.address for offer in offers} & {attempt.address for attempt in attempts}:
                continue  # Two share a phone: it rings for one at a time, or nobody could say who answered.
            wave.append(member)
            attempts.extend(offers)
        elif stage.when_busy == "wait" and reason in PASSING:
            waits = True
        else:
            skipped.append((member, reason))
    ring = min(max((_ring_seconds(stage, member) for member in wave), default=0), left)
    return Choice(tuple(attempts), ring, tuple(skipped), waits and not attempts)


def _joins(stage: RingStage, first: Member, member: Member) -> bool:
    """Whether `member` is rung together with `first`."""
    return stage.strategy is Strategy.RING_ALL and first.user_id != stage.first and first.tier == member.tier


def _untried(call: Call, stage: RingStage, index: int) -> tuple[Member, ...]:
    done = {attempt.user_id for wave in call.waves if wave.stage == index for attempt in wave.attempts}
    done |= {skip.user_id for skip in call.skips if skip.stage == index}
    members = stage.members
    if stage.first is not None:
        known = next((member for member in members if member.user_id == stage.first), Member(stage.first))
        members = (known, *(member for member in members if member.user_id != stage.first))
    return tuple(member for member in members if member.user_id not in done)


def _attempts(state: MemberState, member: Member, stage: RingStage, now: datetime) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(
            name=state.name,
            endpoint=endpoint,
            address=_address(state, endpoint),
            screened=stage.screening and endpoint is Endpoint.PHONE,
            user_id=member.user_id,
        )
        for endpoint in endpoints(state, member.endpoint, now)
    )


def _address(state: MemberState, endpoint: Endpoint) -> str:
    return f"client:user_{state.user_id}" if endpoint is Endpoint.BROWSER else str(state.phone)


def _ring_number(call: Call, plan: Plan, stage: NumberStage, index: int, now: datetime) -> Step:
    left = _seconds_left(call, plan, now)
    if left < LEAST_RING or any(wave.stage == index for wave in call.waves):
        return (), ()
    # An external service answers as it likes: it cannot be asked to press 1.
    attempt = Attempt(name=stage.number, endpoint=Endpoint.PHONE, address=stage.number, screened=False)
    number, ring = _next_wave(call), min(stage.ring_seconds, left)
    offered = WaveOffered(call_id=call.id, wave=number, stage=index, ring_seconds=ring, attempts=(attempt,))
    return (offered,), _dial(call, plan, number, (attempt,), ring)


def _next_wave(call: Call) -> int:
    return max((wave.number for wave in call.waves), default=0) + 1


def _dial(
    call: Call, plan: Plan, wave: int, attempts: tuple[Attempt, ...], ring_seconds: int
) -> tuple[Instruction, ...]:
    """The dial, with its recording notice where the call is recorded: the one never goes without the other. Whoever is
    not one of us hears it: the caller before it rings, or whom we call when they pick up."""
    announced = plan.record and call.direction is Direction.OUTBOUND
    targets = tuple(Target(a.endpoint, a.address, a.screened, a.user_id, announced) for a in attempts)
    dial = Dial(wave, targets, ring_seconds, plan.record, plan.caller_id, _about(call, plan, attempts))
    return (Say(plan.prompts.recording_notice), dial) if plan.record and not announced else (dial,)


def _about(call: Call, plan: Plan, attempts: tuple[Attempt, ...]) -> About | None:
    if all(attempt.endpoint is not Endpoint.BROWSER for attempt in attempts):
        return None
    return About(call.participant or "", call.caller or call.from_number, plan.group_name)


def _opening(call: Call, plan: Plan) -> tuple[Instruction, ...]:
    """The greeting, once: before the first thing that this caller gets."""
    untouched = not call.waves and call.held_since is None and call.voicemail_offered_at is None
    fresh = untouched and call.agent.served_at is None and call.agent.failure is None and not call.strandings
    return (Say(plan.prompts.greeting),) if fresh and plan.prompts.greeting else ()


def _ring_seconds(stage: RingStage, member: Member) -> int:
    return member.ring_seconds or stage.ring_seconds


def _seconds_left(call: Call, plan: Plan, now: datetime) -> int:
    arrived = call.arrived_at or now
    return int((arrived + timedelta(seconds=plan.budget_seconds) - now).total_seconds())


def _display(directory: Directory, user_id: UserId) -> str:
    state = directory.members.get(user_id)
    return state.name if state is not None else f"user {user_id}"


def stage_name(stage: Stage) -> str:
    match stage:
        case RingStage(name=name):
            return f"group {name}"
        case NumberStage(number=number):
            return f"number {number}"
        case AgentStage():
            return "ai"
        case VoicemailStage():
            return "voicemail"
        case never:
            assert_never(never)

"""R3 and R11: the plan is the group's, its stages and members come in order, nobody is left out or rung twice, one wave
at a time, within the caller's budget, and only for callers who need somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from tests.simulation.history import Change, History, Step
from tests.simulation.plans import expected_stages, serving, without_people
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.events import CallArrived, MemberSkipped, StageReached, WaveOffered
from titus_core.calls.facts import CallerIsStranded, CallerWaits, DialEnded
from titus_core.calls.model import AgentStage, Call, NumberStage, RingStage
from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.model import Endpoint, Strategy
from titus_core.kernel.ids import UserId

SHORTEST_RING = timedelta(seconds=10)
"""Nobody is rung for less (`call-routing.md`)."""


def r3_the_plan_is_the_groups(history: History, step: Step) -> Iterator[str]:
    """As the group was when the caller arrived: members in the order of its strategy, every step of its overflow."""
    for change in step.changes if not step.raced else ():
        for event, at in change.events:
            if isinstance(event, CallArrived):
                expected = expected_stages(history, event, at)
                asked_first = step.delivered is not None and isinstance(step.delivered.fact, CallerOnLine)
                if event.plan.stages != expected and (asked_first or event.plan.stages != without_people(expected)):
                    yield f"the plan of {event.call_id} is {event.plan.stages}, and should be {expected}"
                group = serving(history, event.to_number)
                refused = group is not None and event.caller in group.blocked
                if refused is not (event.refusal is not None) and not (change.before and change.before.settled_at):
                    yield f"{event.call_id} is refused: {event.refusal}"


def r3_each_member_once_and_in_order(history: History, step: Step) -> Iterator[str]:
    """Within a stage, whoever was offered before is not offered again; a wave follows the plan's order."""
    for change, wave in step.offers:
        users = list(dict.fromkeys(attempt.user_id for attempt in wave.attempts if attempt.user_id is not None))
        earlier = {
            attempt.user_id
            for other in change.after.waves
            if other.stage == wave.stage and other.number < wave.wave
            for attempt in other.attempts
        }
        if earlier & set(users):
            yield f"{earlier & set(users)} is offered twice in stage {wave.stage}"
        yield from _out_of_order(change, wave, users)


def _out_of_order(change: Change, wave: WaveOffered, users: Sequence[UserId]) -> Iterator[str]:
    plan = change.after.plan
    stage = plan.stages[wave.stage] if plan is not None else None
    if isinstance(stage, RingStage):
        order = [member.user_id for member in stage.members if member.user_id != stage.first]
        places = [order.index(user) if user in order else -1 for user in users]
        if places != sorted(places):
            yield f"{users} is not the order of the plan"


def r3_a_wave_is_as_its_group_wants_it(history: History, step: Step) -> Iterator[str]:
    """Only ring-all rings several, and those of one tier; phones are asked to press 1 where the group says so."""
    for change, wave in step.offers:
        stage = change.after.plan.stages[wave.stage] if change.after.plan is not None else None
        if not isinstance(stage, RingStage):
            continue
        users = {attempt.user_id for attempt in wave.attempts}
        tiers = {member.tier for member in stage.members if member.user_id in users}
        alone = stage.strategy is not Strategy.RING_ALL or stage.first in users
        if len(users) > 1 and (alone or len(tiers) > 1):
            yield f"{users} of tiers {tiers} are rung together by {stage.strategy}"
        for attempt in wave.attempts:
            if attempt.screened is not (stage.screening and attempt.endpoint is Endpoint.PHONE):
                yield f"{attempt} is screened: {attempt.screened}"


def r3_nobody_is_left_out(history: History, step: Step) -> Iterator[str]:
    """A stage is left when everybody in it was rung or passed by, and no stage is jumped over."""
    for change in step.changes:
        left = _left(change)
        if left and left != list(range(left[0], left[0] + len(left))):
            yield f"{change.after.id} left the stages {left}"
        for index in left:
            yield from _forgotten(change.after, index, step)


def _left(change: Change) -> list[int]:
    """The stages that the caller came through in this step."""
    stage = change.before.stage if change.before is not None else 0
    left: list[int] = []
    for event, _ in change.events:
        if isinstance(event, StageReached):
            left.extend(range(stage, event.stage))
            stage = event.stage
        elif isinstance(event, WaveOffered) and event.stage != stage:
            left.append(-1)
    return left


def _forgotten(call: Call, index: int, step: Step) -> Iterator[str]:
    assert call.plan is not None
    stage = call.plan.stages[index]
    if isinstance(stage, RingStage):
        met = {attempt.user_id for wave in call.waves if wave.stage == index for attempt in wave.attempts}
        met |= {skip.user_id for skip in call.skips if skip.stage == index}
        wanted = {member.user_id for member in stage.members} | ({stage.first} - {None})
        if wanted - met:
            yield f"{call.id} left {stage.name}, where {wanted - met} were neither rung nor passed by"
    elif isinstance(stage, NumberStage):
        if not any(wave.stage == index for wave in call.waves) and _time_left(call, step) >= SHORTEST_RING:
            yield f"{call.id} left {stage.number} unrung"
    elif isinstance(stage, AgentStage) and call.agent.served_at is None and call.agent.failure is None:
        yield f"{call.id} left the AI agent unasked"


def r3_one_wave_at_a_time(history: History, step: Step) -> Iterator[str]:
    """While a dial is on, nobody else is rung: but for a caller who is not where that dial is, because the provider
    began anew, could not use our answer, or had the caller wait."""
    for change, wave in step.offers:
        fact = step.delivered.fact if step.delivered is not None else None
        open_waves = [known.number for known in change.after.waves if known.end is None and known.number < wave.wave]
        if isinstance(fact, DialEnded) and open_waves and max(open_waves) > fact.wave:
            yield f"wave {wave.wave} is offered at the end of wave {fact.wave}, while {open_waves} are on"


def r3_nobody_is_rung_for_a_caller_who_needs_nobody(history: History, step: Step) -> Iterator[str]:
    """Not after a talk, not for a caller who is gone (by the request's own word too), not for one who was refused."""
    for change, wave in step.offers:
        call, before = change.after, change.before
        fact = step.delivered.fact if step.delivered is not None else None
        if isinstance(fact, DialEnded) and fact.bridged and wave.wave != fact.wave:
            yield f"{call.id} is hunted for after a talk"
        gone = isinstance(fact, DialEnded | CallerWaits | CallerIsStranded) and fact.caller_status.ended
        if call.refusal is not None or gone or (before is not None and before.status.ended):
            yield f"{call.id} is hunted for though {call.refusal or 'over'}"


def r11_nobody_is_rung_over_budget(history: History, step: Step) -> Iterator[str]:
    """What is offered ends within the caller's longest wait, and nobody is passed by for want of time before that."""
    for change, wave in step.offers:
        left = _time_left(change.after, step)
        if wave.ring_seconds > max(left.total_seconds(), 0.0):
            yield f"wave {wave.wave} rings {wave.ring_seconds} s, and {left} are left"
    for change in step.changes:
        for event, _ in change.events:
            if isinstance(event, MemberSkipped) and event.reason is Reason.OUT_OF_TIME:
                left = _time_left(change.after, step)
                if left >= SHORTEST_RING:
                    yield f"{event.user_id} is passed by for want of time, and {left} are left"


def _time_left(call: Call, step: Step) -> timedelta:
    assert call.plan is not None
    assert call.arrived_at is not None
    return call.arrived_at + timedelta(seconds=call.plan.budget_seconds) - step.at


HUNT_CHECKS = (
    r3_the_plan_is_the_groups,
    r3_each_member_once_and_in_order,
    r3_a_wave_is_as_its_group_wants_it,
    r3_nobody_is_left_out,
    r3_one_wave_at_a_time,
    r3_nobody_is_rung_for_a_caller_who_needs_nobody,
    r11_nobody_is_rung_over_budget,
)

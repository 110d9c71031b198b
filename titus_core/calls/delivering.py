"""What every webhook's unit of work does: answer repetitions alike, and store fact, state and answer together."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from titus_core.callbacks.events import CallbackOwed
from titus_core.calls.events import CallSettled
from titus_core.calls.holding import engagements
from titus_core.calls.hunting import Directory
from titus_core.calls.instructions import Reply
from titus_core.calls.model import Call, Plan, RingStage
from titus_core.calls.owing import owed
from titus_core.calls.ports import CallTx, Delivery, Kept
from titus_core.calls.routing import Decision
from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.hours import HolidayCalendar, closed
from titus_core.hunt_groups.model import Strategy
from titus_core.kernel.actor import SYSTEM, TWILIO, Actor
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import GroupId, UserId

F = TypeVar("F")


class Incoming(msgspec.Struct, Generic[F], frozen=True):
    """A verified request and the fact that it tells. `base_url` is where the provider reaches us; the answer is
    rendered with it, now and at every repetition. `agent_ready`: the AI agent can take a caller. `waiting_id`: the
    delivery is stored already and waits to be understood; whoever sent it has had an answer."""

    fact: F
    delivery: Delivery
    base_url: str
    agent_ready: bool = False
    waiting_id: int | None = None

    @property
    def at(self) -> datetime:
        return self.delivery.received_at


async def answered_before(tx: CallTx, incoming: Incoming[F]) -> Kept | None:
    if incoming.waiting_id is not None:
        return None
    kept = await tx.inbox.find(incoming.delivery.route, incoming.delivery.key, incoming.delivery.token)
    return kept.again() if kept is not None else None


def store(tx: CallTx, before: Call | None, decision: Decision, at: datetime, actor: Actor) -> None:
    """Store what the decision changed: the call, its events, and whom it engages now."""
    if not decision.events:
        return
    after = decision.call
    tx.calls.save(after)
    _remember_first(tx, before, after)
    tx.engagements.replace(engagements(before) if before is not None else (), engagements(after), at)
    tx.record(*(Envelope(f"call:{after.id}", at, actor, event) for event in decision.events))
    _owe(tx, decision, at)


def _owe(tx: CallTx, decision: Decision, at: datetime) -> None:
    """In the commit that settles a call: what is owed to its caller cannot get lost between the two."""
    for event in decision.events:
        callback = owed(decision.call, event, at) if isinstance(event, CallSettled) else None
        if callback is not None:
            tx.callbacks.save(callback)
            told = CallbackOwed(call_id=callback.call_id, outcome=callback.outcome)
            tx.record(Envelope(f"callback:{callback.call_id}", at, SYSTEM, told))


def _remember_first(tx: CallTx, before: Call | None, after: Call) -> None:
    """Round robin begins behind whom a run rings first; who served the caller last time is out of turn."""
    for wave in after.waves[len(before.waves) if before is not None else 0 :]:
        stage = after.plan.stages[wave.stage] if after.plan is not None else None
        if isinstance(stage, RingStage) and stage.strategy is Strategy.ROUND_ROBIN:
            rung = [a.user_id for w in after.waves if w.stage == wave.stage for a in w.attempts]
            in_turn = [user_id for user_id in rung if user_id is not None and user_id != stage.first]
            if in_turn and in_turn[0] in {attempt.user_id for attempt in wave.attempts}:
                tx.hunt_groups.remember_first(stage.group_id, in_turn[0])


def answer(tx: CallTx, before: Call | None, decision: Decision, incoming: Incoming[F], *, silent: bool = False) -> Kept:
    """Store the decision and the delivery with its answer, and give the answer. `silent`: nothing was asked."""
    store(tx, before, decision, incoming.at, TWILIO)
    reply: Reply | None = None if silent else decision.reply
    if incoming.waiting_id is None:
        tx.inbox.keep(incoming.delivery, reply, incoming.base_url)
    else:
        tx.inbox.settle(incoming.waiting_id, reduced=True, at=incoming.at)
    return Kept(incoming.delivery.key, reply, incoming.base_url)


async def world_for(
    tx: CallTx, plan: Plan | None, incoming: Incoming[F], calendar: HolidayCalendar
) -> Directory | None:
    """The world for `decide`; None for a delivery that is worked on later, since nobody waits for an answer."""
    if incoming.waiting_id is not None:
        return None
    return await directory(tx, plan, incoming.at, calendar, agent_ready=incoming.agent_ready)


async def directory(
    tx: CallTx, plan: Plan | None, at: datetime, calendar: HolidayCalendar, *, agent_ready: bool
) -> Directory:
    """The world as this plan needs to know it."""
    stages = [stage for stage in plan.stages if isinstance(stage, RingStage)] if plan is not None else []
    users: set[UserId] = {member.user_id for stage in stages for member in stage.members}
    users |= {stage.first for stage in stages if stage.first is not None}
    shut: dict[GroupId, Reason] = {}
    for stage in stages:
        reason = closed(stage.hours, stage.closures, at, calendar)
        if reason is not None:
            shut[stage.group_id] = reason
    states = await tx.members.states(sorted(users)) if users else {}
    return Directory(states, shut, agent_ready)

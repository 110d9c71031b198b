"""The provider asks what comes next for a caller: after a dial, after a hold, or because an answer failed."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from titus_core.calls.answer_call import CallerOnLine, arrive
from titus_core.calls.delivering import Incoming, answer, answered_before, world_for
from titus_core.calls.events import CallArrived
from titus_core.calls.facts import CallerIsStranded, CallerWaits, DialEnded
from titus_core.calls.history import evolve
from titus_core.calls.model import Call, RingStage
from titus_core.calls.ports import CallTx, Kept
from titus_core.calls.routing import Decision, admitted, decide
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.kernel.unit_of_work import Storage


class NextStep(msgspec.Struct, frozen=True):
    """What happened, and what the request says of the caller in case we do not know the call. `rung_before`: the
    request proves that somebody was rung already."""

    fact: DialEnded | CallerWaits | CallerIsStranded
    caller: CallerOnLine
    rung_before: bool = True


class AdvanceHunt:
    """Answers with the next step of the caller's plan. A call that we do not know gets a plan now, without the
    members if they may have been rung already."""

    def __init__(self, storage: Storage[CallTx], calendar: HolidayCalendar) -> None:
        self._storage = storage
        self._calendar = calendar

    async def __call__(self, incoming: Incoming[NextStep]) -> Kept:
        return await self._storage.transact(self._work, incoming)

    async def _work(self, tx: CallTx, incoming: Incoming[NextStep]) -> Kept:
        if (before := await answered_before(tx, incoming)) is not None:
            return before
        fact = incoming.fact.fact
        known = await tx.calls.get(fact.call_id)
        call, arrival = await self._arrived(tx, known, incoming)
        world = await world_for(tx, call.plan, incoming, self._calendar)
        decision = decide(call, fact, incoming.at, world)
        decision = Decision(decision.call, (*arrival, *decision.events), decision.instructions)
        return answer(tx, known, decision, incoming)

    async def _arrived(
        self, tx: CallTx, known: Call | None, incoming: Incoming[NextStep]
    ) -> tuple[Call, tuple[CallArrived, ...]]:
        if known is not None and known.arrived_at is not None:
            return known, ()
        arrival = await arrive(tx, incoming.fact.caller, incoming.at, agent_ready=incoming.agent_ready)
        if incoming.fact.rung_before:
            later = tuple(stage for stage in arrival.plan.stages if not isinstance(stage, RingStage))
            arrival = replace(arrival, plan=replace(arrival.plan, stages=later))
        arrival = admitted(known, arrival)
        return evolve(known, arrival, incoming.at), (arrival,)

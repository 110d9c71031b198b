"""The caller is to talk to the AI agent: ask how, outside any transaction, and keep what was answered."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.conversations import Invitation
from titus_core.calls.delivering import Incoming, answer, answered_before, world_for
from titus_core.calls.events import AgentServed, CallReported
from titus_core.calls.facts import AgentUnavailable, CallerWaits
from titus_core.calls.hunting import Directory
from titus_core.calls.instructions import HandOver, TakeVoicemail
from titus_core.calls.model import AgentStage, Call, CallStatus
from titus_core.calls.ports import CallTx, Kept, VoiceAgent
from titus_core.calls.routing import Decision, decide
from titus_core.calls.transcripts import AgentVisit
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId
from titus_core.kernel.unit_of_work import Storage


class CallerWantsAgent(msgspec.Struct, frozen=True):
    """`invitation` says how the agent takes the caller over, None if it does not (`reason` says why)."""

    call_id: CallId
    invitation: Invitation | None = None
    reason: str = ""


class ConnectAgent:
    """Asks the agent's provider, then stores its invitation by compare-and-set: of two requests at once, both get the
    stored one, and a repetition asks nobody. Without one the caller gets the next stage of the plan."""

    def __init__(self, storage: Storage[CallTx], agent: VoiceAgent, calendar: HolidayCalendar) -> None:
        self._storage = storage
        self._agent = agent
        self._calendar = calendar

    async def __call__(self, incoming: Incoming[CallerWantsAgent]) -> Kept:
        waiting = await self._storage.transact(_awaiting, incoming)
        if waiting is not None:
            incoming = msgspec.structs.replace(incoming, fact=await self._invited(waiting))
        return await self._storage.transact(self._work, incoming)

    async def _invited(self, call: Call) -> CallerWantsAgent:
        try:
            return CallerWantsAgent(call.id, await self._agent.invite(call))
        except Unavailable as error:
            return CallerWantsAgent(call.id, None, str(error))

    async def _work(self, tx: CallTx, incoming: Incoming[CallerWantsAgent]) -> Kept:
        if (before := await answered_before(tx, incoming)) is not None:
            return before
        known = await tx.calls.get(incoming.fact.call_id)
        world = await world_for(tx, known.plan if known is not None else None, incoming, self._calendar)
        decision = _decide(known, incoming.fact, incoming.at, world)
        _remember_visit(tx, decision, incoming.at)
        return answer(tx, known, decision, incoming)


async def _awaiting(tx: CallTx, incoming: Incoming[CallerWantsAgent]) -> Call | None:
    """The call, if its caller waits for the agent and was not answered yet."""
    if incoming.waiting_id is not None or await answered_before(tx, incoming) is not None:
        return None
    call = await tx.calls.get(incoming.fact.call_id)
    return call if call is not None and agent_is_awaited(call) else None


def agent_is_awaited(call: Call) -> bool:
    """Whether the caller is at the agent's stage, and the agent has not failed."""
    if call.plan is None or not call.live or call.agent.failure is not None:
        return False
    return isinstance(call.plan.stages[call.stage], AgentStage)


def _remember_visit(tx: CallTx, decision: Decision, at: datetime) -> None:
    """What the agent's provider will tell of the conversation must find its call."""
    for event in decision.events:
        if isinstance(event, AgentServed):
            tx.agent_visits.add(AgentVisit(event.call_id, at, decision.call.caller, event.conversation_id))


def _decide(known: Call | None, fact: CallerWantsAgent, at: datetime, world: Directory | None) -> Decision:
    if known is None or known.plan is None:
        seen = decide(known, CallReported(call_id=fact.call_id, status=CallStatus.IN_PROGRESS), at, world)
        return Decision(seen.call, seen.events, (TakeVoicemail(),))
    if not agent_is_awaited(known):
        return decide(known, CallerWaits(call_id=known.id, turn=0), at, world)
    if fact.invitation is None:
        return decide(known, AgentUnavailable(call_id=known.id, reason=fact.reason), at, world)
    found = fact.invitation
    served = decide(known, AgentServed(call_id=known.id, conversation_id=found.conversation_id), at, world)
    return Decision(served.call, served.events, (HandOver(found.url, found.document),))

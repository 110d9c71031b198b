"""One of us picked up the phone that click-to-call rang: now the other side is dialled."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from titus_core.calls.delivering import Incoming, answer, answered_before, world_for
from titus_core.calls.dialling import DialId, DialState
from titus_core.calls.events import CallPlaced
from titus_core.calls.place_call import placed_as, settle
from titus_core.calls.ports import CallTx, Kept
from titus_core.calls.routing import decide
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.kernel.ids import CallId
from titus_core.kernel.unit_of_work import Storage


class OperatorOnLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider says: `dial_id` names the stored request; nothing else in the request says whom to dial."""

    call_id: CallId
    dial_id: DialId
    from_number: str
    to_number: str


class ConnectCall:
    """Dials what the stored request says, for the one call that belongs to it; any other is turned away."""

    def __init__(self, storage: Storage[CallTx], calendar: HolidayCalendar) -> None:
        self._storage = storage
        self._calendar = calendar

    async def __call__(self, incoming: Incoming[OperatorOnLine]) -> Kept:
        return await self._storage.transact(self._work, incoming)

    async def _work(self, tx: CallTx, incoming: Incoming[OperatorOnLine]) -> Kept:
        if (before := await answered_before(tx, incoming)) is not None:
            return before
        fact = incoming.fact
        known = await tx.calls.get(fact.call_id)
        request = await tx.dial_requests.get(fact.dial_id)
        if request is None or request.call_id not in {None, fact.call_id}:
            placed = CallPlaced(
                call_id=fact.call_id, from_number=fact.from_number, to_number=fact.to_number, refusal="not asked for"
            )
        else:
            placed = placed_as(request, fact.call_id, await tx.hunt_groups.all())
        world = await world_for(tx, placed.plan, incoming, self._calendar)
        kept = answer(tx, known, decide(known, placed, incoming.at, world), incoming)
        if request is not None and request.call_id is None:
            settle(tx, replace(request, state=DialState.PLACED, call_id=fact.call_id, reason=None), incoming.at)
        return kept

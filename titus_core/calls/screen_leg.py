"""Someone picked up a screened leg, or pressed a key on it."""

from __future__ import annotations

from titus_core.calls.delivering import Incoming, answer, answered_before
from titus_core.calls.facts import KeyPressed, LegPickedUp
from titus_core.calls.hunting import Directory
from titus_core.calls.ports import CallTx, Kept
from titus_core.calls.routing import decide
from titus_core.kernel.unit_of_work import Storage


class ScreenLeg:
    """Answers the leg: press 1, join the caller, or too late. Of two who press 1 at once, one gets the caller."""

    def __init__(self, storage: Storage[CallTx]) -> None:
        self._storage = storage

    async def __call__(self, incoming: Incoming[LegPickedUp | KeyPressed]) -> Kept:
        return await self._storage.transact(self._work, incoming)

    async def _work(self, tx: CallTx, incoming: Incoming[LegPickedUp | KeyPressed]) -> Kept:
        if (before := await answered_before(tx, incoming)) is not None:
            return before
        known = await tx.calls.get(incoming.fact.call_id)
        return answer(tx, known, decide(known, incoming.fact, incoming.at, Directory()), incoming)

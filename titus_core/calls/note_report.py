"""The provider reports on a call, a leg or a recording, and asks nothing."""

from __future__ import annotations

from typing import TypeAlias

from titus_core.calls.delivering import Incoming, answer, answered_before
from titus_core.calls.events import CallReported, LegReported, RecordingReported
from titus_core.calls.hunting import Directory
from titus_core.calls.ports import CallTx, Kept
from titus_core.calls.routing import decide
from titus_core.kernel.unit_of_work import Storage

Report: TypeAlias = CallReported | LegReported | RecordingReported


class NoteReport:
    """Keeps the report, also of a call that is not known yet: the rest may come later."""

    def __init__(self, storage: Storage[CallTx]) -> None:
        self._storage = storage

    async def __call__(self, incoming: Incoming[Report]) -> Kept:
        return await self._storage.transact(self._work, incoming)

    async def _work(self, tx: CallTx, incoming: Incoming[Report]) -> Kept:
        if (before := await answered_before(tx, incoming)) is not None:
            return before
        known = await tx.calls.get(incoming.fact.call_id)
        return answer(tx, known, decide(known, incoming.fact, incoming.at, Directory()), incoming, silent=True)

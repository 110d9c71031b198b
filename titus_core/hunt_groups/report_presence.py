"""A browser says that it is ready to take calls: its heartbeat."""

from __future__ import annotations

from titus_core.hunt_groups.ports import HuntGroupTx
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import UserId
from titus_core.kernel.unit_of_work import Storage


class ReportPresence:
    """Takes whose browser it is. A heartbeat is no event: it says only that nothing changed."""

    def __init__(self, storage: Storage[HuntGroupTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, user_id: UserId) -> None:
        await self._storage.transact(self._work, user_id)

    async def _work(self, tx: HuntGroupTx, user_id: UserId) -> None:
        tx.members.heartbeat(user_id, self._clock.now())

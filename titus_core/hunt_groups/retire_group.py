"""A hunt group is taken out of use. It stays stored, for the calls that it served."""

from __future__ import annotations

import msgspec

from titus_core.hunt_groups.events import HuntGroupRetired
from titus_core.hunt_groups.ports import HuntGroupTx
from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Stale
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import GroupId
from titus_core.kernel.unit_of_work import Storage


class GroupRetirement(msgspec.Struct, frozen=True):
    """`version` is the one that the client saw; None: whichever is stored."""

    actor: Actor
    group_id: GroupId
    version: int | None = None


class RetireGroup:
    """Raises `NotFound` (a retired group is gone for clients) and `Stale`. Groups that overflow into it pass it by."""

    def __init__(self, storage: Storage[HuntGroupTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, command: GroupRetirement) -> None:
        await self._storage.transact(self._work, command)

    async def _work(self, tx: HuntGroupTx, command: GroupRetirement) -> None:
        group = await tx.hunt_groups.get(command.group_id)
        if group is None or group.retired:
            raise NotFound("There is no such hunt group", group_id=command.group_id)
        if command.version not in {None, group.version}:
            raise Stale(version=group.version)
        now = self._clock.now()
        tx.hunt_groups.save(msgspec.structs.replace(group, active=False, retired=True, updated_at=now))
        retired = HuntGroupRetired(group_id=group.id, before=group)
        tx.record(Envelope(f"hunt_group:{group.id}", now, command.actor, retired))

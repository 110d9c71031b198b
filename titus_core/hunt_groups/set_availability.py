"""Someone says whether they take calls."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET, UnsetType

from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.events import AvailabilitySet
from titus_core.hunt_groups.ports import Availability, HuntGroupTx
from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import EPOCH, Clock
from titus_core.kernel.errors import Invalid
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import UserId
from titus_core.kernel.unit_of_work import Storage

LONGEST_DO_NOT_DISTURB = timedelta(days=31)
"""Longer is no pause: whoever is away for good says `offline`."""


class NewAvailability(msgspec.Struct, frozen=True):
    """`do_not_disturb_until` UNSET: what was asked for stays (today's clients say `available` after every call);
    None: it ends."""

    actor: Actor
    user_id: UserId
    presence: Presence
    do_not_disturb_until: datetime | UnsetType | None = UNSET


class SetAvailability:
    """Answers what holds now. Raises `Invalid`. Saying the same again changes nothing and is not an event."""

    def __init__(self, storage: Storage[HuntGroupTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, command: NewAvailability) -> Availability:
        until, now = command.do_not_disturb_until, self._clock.now()
        if isinstance(until, datetime) and not now < until <= now + LONGEST_DO_NOT_DISTURB:
            raise Invalid("doNotDisturbUntil", f"must be within the next {LONGEST_DO_NOT_DISTURB.days} days")
        return await self._storage.transact(self._work, command)

    async def _work(self, tx: HuntGroupTx, command: NewAvailability) -> Availability:
        now = self._clock.now()
        before = await tx.members.availability(command.user_id) or Availability(
            command.user_id, Presence.OFFLINE, EPOCH
        )
        after = Availability(command.user_id, command.presence, now, _pause(before, command, now))
        if _same(before, after):
            return before
        tx.members.set_availability(after)
        said = AvailabilitySet(
            user_id=command.user_id,
            before=before.presence,
            after=after.presence,
            do_not_disturb_until=after.do_not_disturb_until,
        )
        tx.record(Envelope(f"user:{command.user_id}", now, command.actor, said))
        return after


def _pause(before: Availability, command: NewAvailability, now: datetime) -> datetime | None:
    """Until when nobody disturbs them; a pause that is over is forgotten."""
    until = command.do_not_disturb_until
    wanted = before.do_not_disturb_until if until is UNSET else until
    return wanted if wanted is not None and wanted > now else None


def _same(before: Availability, after: Availability) -> bool:
    return before.changed_at != EPOCH and before == msgspec.structs.replace(after, changed_at=before.changed_at)

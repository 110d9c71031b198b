"""An administrator sets up a hunt group, or changes it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from titus_core.hunt_groups.events import HuntGroupSaved
from titus_core.hunt_groups.model import (
    Closure,
    Hours,
    HuntGroup,
    Member,
    OverflowStep,
    Prompts,
    Strategy,
    ToGroup,
    Voice,
)
from titus_core.hunt_groups.ports import HuntGroupTx
from titus_core.hunt_groups.rules import check
from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import AlreadyExists, Invalid, NotFound, Stale
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import GroupId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Storage


class GroupDraft(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What an administrator says of a group. UNSET: as it is, or the default in a new group."""

    name: str | UnsetType = UNSET
    number: PhoneNumber | UnsetType | None = UNSET
    strategy: Strategy | UnsetType = UNSET
    ring_seconds: int | UnsetType = UNSET
    max_wait_seconds: int | UnsetType = UNSET
    when_busy: Literal["overflow", "wait"] | UnsetType = UNSET
    screening: bool | UnsetType = UNSET
    wrap_up_seconds: int | UnsetType = UNSET
    announce_recording: bool | UnsetType = UNSET
    record: bool | UnsetType = UNSET
    sticky_days: int | UnsetType = UNSET
    hours: Hours | UnsetType | None = UNSET
    closures: tuple[Closure, ...] | UnsetType = UNSET
    blocked: tuple[PhoneNumber, ...] | UnsetType = UNSET
    prompts: Prompts | UnsetType = UNSET
    voice: Voice | UnsetType = UNSET
    notify: tuple[str, ...] | UnsetType = UNSET
    missed_call_text: str | UnsetType = UNSET
    overflow: tuple[OverflowStep, ...] | UnsetType = UNSET
    members: tuple[Member, ...] | UnsetType = UNSET
    active: bool | UnsetType = UNSET

    def applied_to(self, group: HuntGroup) -> HuntGroup:
        """The group as the draft wants it."""
        said = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not UNSET}
        return msgspec.structs.replace(group, **said)


class GroupChange(msgspec.Struct, frozen=True, kw_only=True):
    """`group_id` None: a new group, one for each `key` of the actor's. `version` is the one that the client saw; None:
    whichever is stored."""

    actor: Actor
    draft: GroupDraft
    group_id: GroupId | None = None
    version: int | None = None
    key: str | None = None

    @property
    def asked(self) -> tuple[str, str] | None:
        """Whose key it is, and a digest of what is asked for under it."""
        if self.key is None or self.group_id is not None:
            return None
        digest = sha256(msgspec.json.encode(self.draft)).hexdigest()
        return f"{self.actor.kind}:{self.actor.user_id}:{self.key}", digest


class SaveGroup:
    """Raises `Invalid` (naming the field), `NotFound`, `Stale`, and `AlreadyExists` when another active group serves
    the number, or the key was used for another group."""

    def __init__(self, storage: Storage[HuntGroupTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, command: GroupChange) -> HuntGroup:
        return await self._storage.transact(self._work, command)

    async def _work(self, tx: HuntGroupTx, command: GroupChange) -> HuntGroup:
        before = await _stored(tx, command) if command.group_id is not None else None
        others = [group for group in await tx.hunt_groups.all() if group.id != command.group_id]
        if (known_by_key := _asked_before(command, others)) is not None:
            return known_by_key
        known = await tx.members.active()
        now = self._clock.now()
        after = command.draft.applied_to(before or await _unborn(tx, command, now))
        check(after, known)
        _check_number(after, others)
        _check_overflow(before, after, others)
        if after == before:
            return before
        return _save(tx, command.actor, before, msgspec.structs.replace(after, updated_at=now))


async def _stored(tx: HuntGroupTx, command: GroupChange) -> HuntGroup:
    assert command.group_id is not None
    group = await tx.hunt_groups.get(command.group_id)
    if group is None or group.retired:
        raise NotFound("There is no such hunt group", group_id=command.group_id)
    if command.version not in {None, group.version}:
        raise Stale(version=group.version)
    return group


async def _unborn(tx: HuntGroupTx, command: GroupChange, now: datetime) -> HuntGroup:
    return HuntGroup(id=await tx.hunt_groups.next_id(), name="", created_at=now, asked=command.asked)


def _asked_before(command: GroupChange, groups: list[HuntGroup]) -> HuntGroup | None:
    """The group that this key made, as it is by now."""
    asked = command.asked
    found = [group for group in groups if asked is not None and group.asked is not None and group.asked[0] == asked[0]]
    if found and found[0].asked != asked:
        raise AlreadyExists("This Idempotency-Key was used for another group", group_id=found[0].id)
    return found[0] if found else None


def _check_number(group: HuntGroup, others: list[HuntGroup]) -> None:
    """One active group per number: else the provider's dialled number would not say who is rung."""
    if group.number is None or not group.active:
        return
    for other in others:
        if other.active and other.number == group.number:
            raise AlreadyExists(f"The group {other.name!r} serves this number", field="number", group_id=other.id)


def _check_overflow(before: HuntGroup | None, after: HuntGroup, others: list[HuntGroup]) -> None:
    """New targets must exist. A target that was retired meanwhile stays: it must not keep others from saving."""
    kept = before.overflow if before is not None else ()
    known = {group.id for group in others}
    for place, step in enumerate(after.overflow):
        if isinstance(step, ToGroup) and step.group_id not in known and step not in kept:
            raise Invalid(f"overflow[{place}].groupId", f"there is no group {step.group_id}")


def _save(tx: HuntGroupTx, actor: Actor, before: HuntGroup | None, after: HuntGroup) -> HuntGroup:
    stored = msgspec.structs.replace(after, version=after.version + 1)
    tx.hunt_groups.save(after)
    tx.record(Envelope(f"hunt_group:{after.id}", after.updated_at, actor, HuntGroupSaved(before=before, after=stored)))
    return stored

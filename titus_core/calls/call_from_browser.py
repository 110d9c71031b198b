"""A browser of ours calls out. Who may is decided by whose browser it is; nothing else that it says counts."""

from __future__ import annotations

from typing import Protocol

import msgspec

from titus_core.accounts.policy import Permission, may
from titus_core.accounts.ports import Users
from titus_core.calls.delivering import Incoming, answer, answered_before, world_for
from titus_core.calls.events import CallPlaced
from titus_core.calls.identifying import identity_of
from titus_core.calls.placing import colleague_plan, number_plan
from titus_core.calls.ports import CallTx, Kept
from titus_core.calls.routing import decide
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Storage


class BrowserTx(CallTx, Protocol):
    """Calls, and who is who."""

    @property
    def users(self) -> Users: ...


class BrowserCall(msgspec.Struct, frozen=True, kw_only=True):
    """`caller` is whose browser the provider says it is; None: nobody's of ours. One of `number` and `colleague` is
    called; neither: `fault` says why not. `wanted` is what the browser asked for, as it asked."""

    call_id: CallId
    identity: str
    wanted: str
    caller: UserId | None = None
    number: PhoneNumber | None = None
    colleague: UserId | None = None
    fault: str = ""


class CallFromBrowser:
    """`our_number` is shown to whom is called; without one, only colleagues can be."""

    def __init__(self, storage: Storage[BrowserTx], calendar: HolidayCalendar, our_number: PhoneNumber | None) -> None:
        self._storage = storage
        self._calendar = calendar
        self._our_number = our_number

    async def __call__(self, incoming: Incoming[BrowserCall]) -> Kept:
        return await self._storage.transact(self._work, incoming)

    async def _work(self, tx: BrowserTx, incoming: Incoming[BrowserCall]) -> Kept:
        if (before := await answered_before(tx, incoming)) is not None:
            return before
        known = await tx.calls.get(incoming.fact.call_id)
        placed = await self._placed(tx, incoming.fact)
        world = await world_for(tx, placed.plan, incoming, self._calendar)
        return answer(tx, known, decide(known, placed, incoming.at, world), incoming)

    async def _placed(self, tx: BrowserTx, fact: BrowserCall) -> CallPlaced:
        user = await tx.users.get(fact.caller) if fact.caller is not None else None
        if user is None:
            return _refused(fact, "unknown identity")
        if not may(user, Permission.PLACE_CALLS):
            return _refused(fact, "not allowed", user.id)
        if fact.number is not None and self._our_number is not None:
            return await _to_number(tx, fact, user.id, fact.number, self._our_number)
        colleague = await tx.users.get(fact.colleague) if fact.colleague is not None else None
        if colleague is not None and colleague.active:
            return CallPlaced(
                call_id=fact.call_id,
                from_number=fact.identity,
                to_number=f"client:user_{colleague.id}",
                placed_by=user.id,
                participant=colleague.name,
                plan=colleague_plan(colleague.id),
            )
        return _refused(fact, fact.fault or ("no number of ours" if fact.number else "nobody to call"), user.id)


async def _to_number(
    tx: BrowserTx, fact: BrowserCall, user_id: UserId, to: PhoneNumber, our_number: PhoneNumber
) -> CallPlaced:
    identity = identity_of(await tx.known_callers.with_number(to))
    return CallPlaced(
        call_id=fact.call_id,
        from_number=our_number,
        to_number=to,
        placed_by=user_id,
        participant=identity.name,
        contact_id=identity.contact_id,
        plan=number_plan(to, our_number, await tx.hunt_groups.all()),
    )


def _refused(fact: BrowserCall, why: str, user_id: UserId | None = None) -> CallPlaced:
    return CallPlaced(
        call_id=fact.call_id, from_number=fact.identity, to_number=fact.wanted, placed_by=user_id, refusal=why
    )

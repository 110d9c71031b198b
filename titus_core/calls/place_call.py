"""Click-to-call: ring one of us, then whom they want to talk to. At most once (decision 0018)."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import msgspec
from msgspec.structs import replace

from titus_core.calls.delivering import store
from titus_core.calls.dialling import (
    DialId,
    Dialled,
    DialRequest,
    DialRequested,
    DialSettled,
    DialState,
    NotPlaced,
    Placed,
    Uncertain,
    subject_of,
)
from titus_core.calls.events import CallPlaced
from titus_core.calls.identifying import identity_of
from titus_core.calls.placing import number_plan
from titus_core.calls.ports import CallTx, Dialler
from titus_core.calls.routing import decide
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.actor import SYSTEM, Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import AlreadyExists
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId, IdSource, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Storage


class CallOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for what. `from_number` is ours; `participant` what the client calls the other side, if it knows."""

    actor: Actor
    user_id: UserId
    from_number: PhoneNumber
    callback: PhoneNumber
    to: PhoneNumber
    participant: str | None = None
    key: str | None = None


class _Marking(msgspec.Struct, frozen=True):
    command: CallOut
    dial_id: DialId
    at: datetime


class Telling(msgspec.Struct, frozen=True):
    """What became of a request."""

    dial_id: DialId
    result: Dialled
    at: datetime


class PlaceCall:
    """The request is stored before the provider is asked, and what it said afterwards. Asked again under the same key,
    it answers what is known by then and dials nobody; raises `AlreadyExists` if the key was used for another call."""

    def __init__(self, storage: Storage[CallTx], dialler: Dialler, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._dialler = dialler
        self._clock = clock
        self._ids = ids

    async def __call__(self, command: CallOut) -> DialRequest:
        dial_id = DialId(self._ids.token())
        request = await self._storage.transact(_mark, _Marking(command, dial_id, self._clock.now()))
        if request.id != dial_id:
            return request
        result = await self._dialler.dial(request)
        return await self._storage.transact(told, Telling(dial_id, result, self._clock.now()))


async def _mark(tx: CallTx, marking: _Marking) -> DialRequest:
    command = marking.command
    identity = identity_of(await tx.known_callers.with_number(command.to))
    request = DialRequest(
        id=marking.dial_id,
        placed_by=command.user_id,
        from_number=command.from_number,
        callback=command.callback,
        to=command.to,
        requested_at=marking.at,
        participant=identity.name if identity.name is not None else command.participant,
        contact_id=identity.contact_id,
        key=command.key,
    )
    before = await tx.dial_requests.of_key(command.user_id, command.key) if command.key is not None else None
    if before is not None and not before.asks_the_same(request):
        raise AlreadyExists("This Idempotency-Key was used for another call")
    if before is not None:
        return before
    tx.dial_requests.save(request)
    asked = DialRequested(dial_id=request.id, placed_by=request.placed_by, callback=request.callback, to=request.to)
    tx.record(Envelope(subject_of(request.id), marking.at, command.actor, asked))
    return replace(request, version=1)


async def told(tx: CallTx, telling: Telling) -> DialRequest:
    """Store what became of the request. What proves a call stays, whatever is told later."""
    request = await tx.dial_requests.get(telling.dial_id)
    assert request is not None, "requests are never deleted"
    if request.state is DialState.PLACED:
        return request
    match telling.result:
        case Placed(call_id):
            known = await tx.calls.get(call_id)
            placed = placed_as(request, call_id, await tx.hunt_groups.all())
            store(tx, known, decide(known, placed, telling.at, None), telling.at, SYSTEM)
            return settle(tx, replace(request, state=DialState.PLACED, call_id=call_id, reason=None), telling.at)
        case NotPlaced(reason):
            return settle(tx, replace(request, state=DialState.FAILED, reason=reason), telling.at)
        case Uncertain(reason):
            return settle(tx, replace(request, state=DialState.UNKNOWN, reason=reason), telling.at)
        case never:
            assert_never(never)


def placed_as(request: DialRequest, call_id: CallId, groups: tuple[HuntGroup, ...]) -> CallPlaced:
    """The call that this request is."""
    return CallPlaced(
        call_id=call_id,
        from_number=request.from_number,
        to_number=request.to,
        placed_by=request.placed_by,
        participant=request.participant,
        contact_id=request.contact_id,
        plan=number_plan(request.to, request.from_number, groups),
    )


def settle(tx: CallTx, request: DialRequest, at: datetime) -> DialRequest:
    """Store what is known of it now."""
    tx.dial_requests.save(request)
    known = DialSettled(dial_id=request.id, state=request.state, call_id=request.call_id, reason=request.reason)
    tx.record(Envelope(subject_of(request.id), at, SYSTEM, known))
    return replace(request, version=request.version + 1)

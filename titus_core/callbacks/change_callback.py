"""Someone takes a callback on, gives it back, rings the caller, or closes it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias, assert_never

import msgspec

from titus_core.accounts.model import User
from titus_core.callbacks.events import (
    CallbackAttempted,
    CallbackClaimed,
    CallbackClosed,
    CallbackEvent,
    CallbackReleased,
)
from titus_core.callbacks.model import (
    Attempt,
    Callback,
    Closing,
    Person,
    Reached,
    Resolution,
    attempted,
    claimed,
    closed,
    released,
    repeats,
)
from titus_core.callbacks.ports import CallbackTx
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import NotFound, Stale
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId
from titus_core.kernel.unit_of_work import Storage


class TakeOn(msgspec.Struct, frozen=True):
    """From now on it is mine. Doing so again changes nothing."""


class GiveBack(msgspec.Struct, frozen=True):
    """Someone else may take it."""


class Rang(msgspec.Struct, frozen=True):
    """I rang the caller; by that it is mine. Told again under the same key, it changes nothing."""

    result: Reached
    note: str = ""
    key: str | None = None


class Close(msgspec.Struct, frozen=True):
    """Nothing is owed any more."""

    resolution: Resolution
    note: str = ""


Doing: TypeAlias = TakeOn | GiveBack | Rang | Close


class CallbackChange(msgspec.Struct, frozen=True):
    """`version`: only if this is the stored one; None: whatever it is."""

    by: User
    call_id: CallId
    doing: Doing
    version: int | None = None


class _Timed(msgspec.Struct, frozen=True):
    change: CallbackChange
    at: datetime


class ChangeCallback:
    """Raises `NotFound`, `Stale`, `Taken` if another one has it or it is closed, and `AlreadyExists` if a key was used
    for another attempt."""

    def __init__(self, storage: Storage[CallbackTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, change: CallbackChange) -> Callback:
        return await self._storage.transact(_change, _Timed(change, self._clock.now()))


async def _change(tx: CallbackTx, timed: _Timed) -> Callback:
    change = timed.change
    before = await tx.callbacks.get(change.call_id)
    if before is None:
        raise NotFound("Nothing is owed for such a call", call_id=change.call_id)
    if isinstance(change.doing, Rang) and repeats(before, _attempt(change, change.doing, timed.at)):
        return before
    if change.version is not None and change.version != before.version:
        raise Stale(version=before.version)
    after, event = _done(before, change, timed.at)
    if after == before:
        return before
    tx.callbacks.save(after)
    tx.record(Envelope(f"callback:{before.call_id}", timed.at, change.by.actor, event))
    return msgspec.structs.replace(after, version=before.version + 1)


def _done(callback: Callback, change: CallbackChange, at: datetime) -> tuple[Callback, CallbackEvent]:
    by, call_id = Person(change.by.id, change.by.name), callback.call_id
    match change.doing:
        case TakeOn():
            return claimed(callback, by, at), CallbackClaimed(call_id=call_id)
        case GiveBack():
            return released(callback, by, at), CallbackReleased(call_id=call_id)
        case Rang(result) as rang:
            return attempted(callback, _attempt(change, rang, at)), CallbackAttempted(call_id=call_id, result=result)
        case Close(resolution, note):
            closing = Closing(by, at, resolution, note)
            return closed(callback, closing), CallbackClosed(call_id=call_id, resolution=resolution)
        case never:
            assert_never(never)


def _attempt(change: CallbackChange, rang: Rang, at: datetime) -> Attempt:
    return Attempt(Person(change.by.id, change.by.name), at, rang.result, rang.note, rang.key)

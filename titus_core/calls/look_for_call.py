"""A call was asked for, and a crash or a silent provider left open whether it was dialled: look, never dial again."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.calls.dialling import DialId, DialRequest, DialState, Placed
from titus_core.calls.place_call import Telling, settle, told
from titus_core.calls.ports import CallTx, Dialler
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import CallId
from titus_core.kernel.unit_of_work import Storage

NOT_FOUND = "the provider was asked, and knows no such call"
SEVERAL = "the provider knows several calls that it may be"


class _Seen(msgspec.Struct, frozen=True):
    dial_id: DialId
    found: tuple[CallId, ...]
    at: datetime


class LookForCall:
    """One look at the provider. Exactly one call that fits and is nobody else's is the one; otherwise the request stays
    `unknown`, for a person to see. Raises `Unavailable` when the provider cannot be asked."""

    def __init__(self, storage: Storage[CallTx], dialler: Dialler, clock: Clock) -> None:
        self._storage = storage
        self._dialler = dialler
        self._clock = clock

    async def __call__(self, dial_id: DialId) -> None:
        request = await self._storage.transact(_doubt, (dial_id, self._clock.now()))
        if request is None:
            return
        found = await self._dialler.look_for(request)
        await self._storage.transact(_seen, _Seen(dial_id, found, self._clock.now()))


async def _doubt(tx: CallTx, asked: tuple[DialId, datetime]) -> DialRequest | None:
    """The request, if nobody knows what became of it. One that still says `dialling` was left by a crash."""
    dial_id, at = asked
    request = await tx.dial_requests.get(dial_id)
    if request is None or request.state not in {DialState.DIALLING, DialState.UNKNOWN}:
        return None
    if request.state is DialState.UNKNOWN:
        return request
    return settle(tx, replace(request, state=DialState.UNKNOWN, reason="Titus stopped while it was dialled"), at)


async def _seen(tx: CallTx, seen: _Seen) -> DialRequest | None:
    taken = await tx.dial_requests.of_calls(seen.found)
    free = [call_id for call_id in seen.found if call_id not in taken]
    if len(free) == 1:
        return await told(tx, Telling(seen.dial_id, Placed(free[0]), seen.at))
    request = await tx.dial_requests.get(seen.dial_id)
    if request is None or request.state is not DialState.UNKNOWN:
        return request
    return settle(tx, replace(request, reason=SEVERAL if free else NOT_FOUND), seen.at)

"""A provider whose way of placing calls a test sets, and tokens that can be read."""

from __future__ import annotations

from datetime import timedelta

from titus_core.calls.dialling import Dialled, DialRequest, NotPlaced, Placed
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, UserId

NEAR = timedelta(minutes=5)


class MemoryDialler:
    """`calls.ports.Dialler`. `dialled` is what was asked for, once for each time; `answers` are the next answers, else
    it is a new call each; `found` what a look finds, None: what was placed; while it is `down`, nobody is reached."""

    def __init__(self) -> None:
        self.dialled: list[DialRequest] = []
        self.answers: list[Dialled] = []
        self.found: tuple[CallId, ...] | None = None
        self.down = False
        self._placed: dict[CallId, DialRequest] = {}

    async def dial(self, request: DialRequest) -> Dialled:
        if self.down:
            return NotPlaced("nobody was reached")
        self.dialled.append(request)
        if self.answers:
            return self.answers.pop(0)
        call_id = CallId(f"CA{len(self.dialled):032x}")
        self._placed[call_id] = request
        return Placed(call_id)

    async def look_for(self, request: DialRequest) -> tuple[CallId, ...]:
        if self.down:
            raise Unavailable(provider="telephony")
        if self.found is not None:
            return self.found
        return tuple(call_id for call_id, one in self._placed.items() if _may_be(one, request))


class MemoryTokens:
    """`calls.ports.BrowserTokens`, readable."""

    def token(self, user_id: UserId, *, may_call_out: bool) -> str:
        return f"user_{user_id} may {'call and be called' if may_call_out else 'be called'}"


def _may_be(one: DialRequest, other: DialRequest) -> bool:
    same = (one.from_number, one.callback) == (other.from_number, other.callback)
    return same and abs(one.requested_at - other.requested_at) <= NEAR

"""A provider whose way of placing calls a test sets."""

from __future__ import annotations

from titus_core.calls.dialling import Dialled, DialRequest, Placed
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, UserId


class MemoryDialler:
    """`calls.ports.Dialler`. `dialled` is what was asked for, once for each time; `answers` are the next answers, else
    it is a new call each; `found` what a look finds; `down` makes looking raise `Unavailable`."""

    def __init__(self) -> None:
        self.dialled: list[DialRequest] = []
        self.answers: list[Dialled] = []
        self.found: tuple[CallId, ...] = ()
        self.down = False

    async def dial(self, request: DialRequest) -> Dialled:
        self.dialled.append(request)
        return self.answers.pop(0) if self.answers else Placed(CallId(f"CA{len(self.dialled):032x}"))

    async def look_for(self, request: DialRequest) -> tuple[CallId, ...]:
        if self.down:
            raise Unavailable(provider="telephony")
        return self.found


class MemoryTokens:
    """`calls.ports.BrowserTokens`, readable."""

    def token(self, user_id: UserId, *, may_call_out: bool) -> str:
        return f"user_{user_id} may {'call and be called' if may_call_out else 'be called'}"

"""What goes wrong when the app asks: refusals, silence, and answers that are none."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from titus_adapters.sandbox.cutting import cut_off


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An error in ElevenLabs' shape; the default is the limit of simultaneous requests."""

    status: int = 429
    reason: str = "too_many_concurrent_requests"
    retry_after: str | None = None


class Hang(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer takes so many real seconds."""

    seconds: float = 60.0


class CutOff(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The connection ends after so many bytes of the body."""

    after: int = 10


class Nonsense(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something else is answered."""

    body: str = "<!doctype html><title>Bad gateway</title>"
    status: int = 200
    content_type: str = "text/html"


class RestFault(msgspec.Struct, frozen=True, kw_only=True):
    """Lets `skips` requests pass whose path contains `path`, and strikes the next `times` of them."""

    does: Refusal | Hang | CutOff | Nonsense
    path: str = ""
    times: int = 1
    skips: int = 0


class RestFaults:
    """The faults still to come, in order."""

    def __init__(self) -> None:
        self._waiting: deque[RestFault] = deque()

    def add(self, *faults: RestFault) -> None:
        self._waiting.extend(fault for fault in faults if fault.times > 0)

    def clear(self) -> None:
        self._waiting.clear()

    @property
    def waiting(self) -> list[RestFault]:
        return list(self._waiting)

    def strike(self, path: str) -> Refusal | Hang | CutOff | Nonsense | None:
        """What happens to this request: the first fault that is due."""
        for place, fault in enumerate(self._waiting):
            if fault.path in path and fault.skips == 0:
                self._spend(place, fault)
                return fault.does
            if fault.path in path:
                self._waiting[place] = msgspec.structs.replace(fault, skips=fault.skips - 1)
        return None

    def _spend(self, place: int, fault: RestFault) -> None:
        del self._waiting[place]
        if fault.times > 1:
            self._waiting.insert(place, msgspec.structs.replace(fault, times=fault.times - 1))


class Striking(ASGIMiddleware):
    """Lets the faults happen to the routes below it."""

    def __init__(self, faults: Callable[[], RestFaults]) -> None:
        # Asked for, because Litestar copies middleware deeply, its arguments included.
        self._faults = faults

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        match self._faults().strike(scope["path"]):
            case None:
                await next_app(scope, receive, send)
            case Refusal(status=status, reason=reason, retry_after=after):
                body = msgspec.json.encode({"detail": {"status": reason, "message": reason.replace("_", " ")}})
                extra = [] if after is None else [(b"retry-after", after.encode())]
                await _answer(send, status, body, b"application/json", extra)
            case Nonsense(body=text, status=status, content_type=kind):
                await _answer(send, status, text.encode(), kind.encode(), [])
            case Hang(seconds=seconds):
                await asyncio.sleep(seconds)
                await next_app(scope, receive, send)
            case CutOff(after=most):
                await cut_off(next_app, scope, receive, send, most)


async def _answer(send: Send, status: int, body: bytes, kind: bytes, extra: list[tuple[bytes, bytes]]) -> None:
    length = str(len(body)).encode()
    headers = [(b"content-type", kind), (b"content-length", length), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})

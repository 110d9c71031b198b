"""What goes wrong when the app asks: refusals, silence, broken answers, and answers that never come."""

from __future__ import annotations

from collections import deque

import msgspec


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An error in Airtable's shape; the default is what an overload looks like."""

    status: int = 503
    kind: str = "RETRIABLE_ERROR"
    message: str = "Server encountered an error while processing your request, and it is safe to retry the request"
    retry_after: str | None = "5"


class Nonsense(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something else is answered; the default is what a restart looks like."""

    body: str = "<html>Bad Gateway</html>"
    status: int = 502
    content_type: str = "text/html"


class Hang(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer takes so many seconds of the sandbox's time."""

    seconds: float = 60.0


class CutOff(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The work is done, and the connection ends after so many bytes of the answer's body."""

    after: int = 10


class LoseAnswer(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The work is done, and the connection ends without a word: was the record made or not?"""


class AttachmentsFail(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A write succeeds without the attachments that it names by address: 200 with `partialSuccess`."""


Kind = Refusal | Nonsense | Hang | CutOff | LoseAnswer | AttachmentsFail


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Lets `skips` requests pass of this method (blank: any) whose path contains `path`, and strikes the next `times`
    of them."""

    does: Refusal | Nonsense | Hang | CutOff | LoseAnswer | AttachmentsFail
    method: str = ""
    path: str = ""
    times: int = 1
    skips: int = 0


class Faults:
    """The faults still to come, in order."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()

    def add(self, *faults: Fault) -> None:
        self._waiting.extend(fault for fault in faults if fault.times > 0)

    def clear(self) -> None:
        self._waiting.clear()

    @property
    def waiting(self) -> list[Fault]:
        return list(self._waiting)

    def strike(self, method: str, path: str) -> Kind | None:
        """What happens to this request: the first fault that is due."""
        for place, fault in enumerate(self._waiting):
            if fault.method not in {"", method} or fault.path not in path:
                continue
            if fault.skips == 0:
                self._spend(place, fault)
                return fault.does
            self._waiting[place] = msgspec.structs.replace(fault, skips=fault.skips - 1)
        return None

    def _spend(self, place: int, fault: Fault) -> None:
        del self._waiting[place]
        if fault.times > 1:
            self._waiting.insert(place, msgspec.structs.replace(fault, times=fault.times - 1))

"""What goes wrong when the app asks: refusals, silence, broken answers and broken streams."""

from __future__ import annotations

from collections import deque

import msgspec


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An error in Anthropic's shape; the default is what a busy moment looks like."""

    status: int = 529
    kind: str = "overloaded_error"
    message: str = "Overloaded"
    retry_after: str | None = None


class Hang(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer takes so many real seconds."""

    seconds: float = 60.0


class CutOff(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The connection ends after so many bytes of the body."""

    after: int = 10


class StreamError(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A stream goes so many events and ends with an error event, after a 200. Other answers pass."""

    after: int = 3
    kind: str = "overloaded_error"
    message: str = "Overloaded"


class StreamEnd(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A stream goes so many events and ends as if that were all. Other answers pass."""

    after: int = 3


class Drip(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A pause of so many real seconds before every piece of so many bytes."""

    pause: float = 0.1
    size: int = 16


class Nonsense(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something else is answered; the default comes from a proxy on the way."""

    body: str = "<html>bad gateway</html>"
    status: int = 502
    content_type: str = "text/html"
    headers: dict[str, str] = {}


Kind = Refusal | Hang | CutOff | StreamError | StreamEnd | Drip | Nonsense


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Lets `skips` requests pass whose path contains `path`, and strikes the next `times` of them."""

    does: Refusal | Hang | CutOff | StreamError | StreamEnd | Drip | Nonsense
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

    def strike(self, path: str) -> Kind | None:
        """What happens to this request: the first fault that is due."""
        for place, fault in enumerate(self._waiting):
            if fault.path not in path:
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

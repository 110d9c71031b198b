"""What goes wrong when the app asks: refusals, silence, broken answers and broken streams."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.faults import WaitingFaults, Waits


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


class Fault(Waits, frozen=True, kw_only=True):
    does: Refusal | Hang | CutOff | StreamError | StreamEnd | Drip | Nonsense


class Faults(WaitingFaults[Fault]):
    def strike(self, path: str) -> Kind | None:
        """What happens to this request."""
        found = self.due(lambda fault: fault.path in path)
        return None if found is None else found.does

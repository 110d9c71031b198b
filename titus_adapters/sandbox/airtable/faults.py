"""What goes wrong when the app asks: refusals, silence, broken answers, and answers that never come."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.faults import WaitingFaults, Waits


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


class Fault(Waits, frozen=True, kw_only=True):
    """Only requests of this method (blank: any)."""

    does: Refusal | Nonsense | Hang | CutOff | LoseAnswer | AttachmentsFail
    method: str = ""


class Faults(WaitingFaults[Fault]):
    def strike(self, method: str, path: str) -> Kind | None:
        """What happens to this request."""
        found = self.due(lambda fault: fault.method in {"", method} and fault.path in path)
        return None if found is None else found.does

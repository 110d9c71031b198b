"""When the AI agent is worth asking: a circuit breaker, as a pure state machine. A tripped one means voicemail
(../shared/design/call-routing.md, "The AI hand-over").

    closed ──too many failures in a row, or one that only a person can mend──► open
    open ──a pause later──► half open: one request is let in ──it succeeds──► closed
                                                             └─it fails, or is never heard of─► open
"""

from __future__ import annotations

from typing import Literal

import msgspec

from titus_adapters.elevenlabs.refusals import Fault

FAILURES = 3
PAUSE = 30.0
"""Seconds. A probe is a caller who waits in vain for a second, so not much less; what works again should not be left
unused for long, so not much more."""

LONGEST_PAUSE = 120.0
"""Whatever the provider says of when to come back."""


class Breaker(msgspec.Struct, frozen=True):
    """`now` is seconds of a clock that never steps back. Every method gives the breaker as it is afterwards."""

    failures: int = 0
    shut_until: float | None = None
    """None: closed. Half open, once that moment has passed."""

    def state(self, now: float) -> Literal["closed", "half_open", "open"]:
        """The state's name, as drawn above."""
        if self.shut_until is None:
            return "closed"
        return "half_open" if now >= self.shut_until else "open"

    def admits(self, now: float) -> bool:
        """Whether a request may go now."""
        return self.shut_until is None or now >= self.shut_until

    def entered(self, now: float) -> Breaker:
        """A request goes. Half open, the next one waits a whole pause, even if this one is never heard of again."""
        return self if self.shut_until is None else msgspec.structs.replace(self, shut_until=now + PAUSE)

    def succeeded(self) -> Breaker:
        return Breaker()

    def failed(self, fault: Fault, now: float, retry_after: float | None = None) -> Breaker:
        """A request failed. `retry_after`: in how many seconds the provider wants to be asked again."""
        if fault is Fault.OURS:
            return self.succeeded()
        failures = self.failures + 1
        told = fault is Fault.SHUT or retry_after is not None
        if self.shut_until is None and not told and failures < FAILURES:
            return Breaker(failures)
        pause = min(LONGEST_PAUSE, max(PAUSE, retry_after or 0.0))
        return Breaker(failures, max(now + pause, self.shut_until or now))

"""A workspace webhook: who is told what, and when ElevenLabs loses patience with them.

Rules: ../shared/facts/elevenlabs-anthropic-graph.md §1.3.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["transcription", "audio", "initiation_failure", "initiation"]
"""`initiation` is asked for, the others are told."""

ATTEMPTS_AT = (0.0, 30.0, 120.0, 480.0, 1800.0)
"""Seconds after the first one."""

JITTER = 0.1
MOST_PENDING = 100
PATIENCE = 10
FORGIVEN_FOR = 7 * 86_400.0


class Subscription(msgspec.Struct, kw_only=True, eq=False):
    """`url` blank: nobody is told. The fields below the settings are live."""

    id: str = "wh_sandbox"
    name: str = "Titus"
    url: str = ""
    secret: str = ""
    events: frozenset[Kind] = frozenset({"transcription", "audio", "initiation_failure"})
    retry_enabled: bool = False
    exclude_transcript: bool = False
    created_at: float = 0.0
    disabled: bool = False
    """By a person."""
    auto_disabled: bool = False
    failures: int = 0
    """In a row. Each attempt counts (unverified: maybe each delivery does)."""
    last_success: float | None = None
    last_failure: float | None = None
    last_code: int | None = None
    pending: int = 0
    """Deliveries that wait for another attempt."""

    def wants(self, kind: Kind) -> bool:
        return bool(self.url) and kind in self.events and not self.disabled and not self.auto_disabled

    def attempted(self, status: int, now: float) -> bool:
        """Note what an attempt came to (status 0: no answer). True: it was a success, which only a 200 is."""
        if status == 200:
            self.failures, self.last_success = 0, now
            return True
        self.failures += 1
        self.last_failure, self.last_code = now, status or None
        forgiven = self.last_success is not None and now - self.last_success <= FORGIVEN_FOR
        self.auto_disabled = self.auto_disabled or (self.failures >= PATIENCE and not forgiven)
        return False

    def enable(self) -> None:
        """What a person does by hand."""
        self.disabled, self.auto_disabled, self.failures = False, False, 0

    def retries(self, kind: Kind, status: int) -> bool:
        """Whether such a failure is tried again at all."""
        worth = status == 0 or status in {408, 429} or status >= 500
        return self.retry_enabled and kind == "transcription" and worth and self.pending < MOST_PENDING

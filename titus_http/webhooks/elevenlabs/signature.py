"""Did ElevenLabs send these bytes, and lately?

The header is `t=<unix seconds>,v0=<hex>`, the signature HMAC-SHA256 over `t`, a full stop and the raw body. Sources:
../shared/facts/elevenlabs-anthropic-graph.md §1.3 and ../shared/facts/reliability-and-security.md W5.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from enum import Enum

SIGNATURE_HEADER = "elevenlabs-signature"
OLDEST = timedelta(minutes=30)
"""As old as the vendor's own check allows: its retries carry the first timestamp for minutes."""

NEWEST = timedelta(minutes=5)
"""How far the vendor's clock may be ahead of ours; the vendor's own check has no such bound."""

_SECONDS = re.compile(r"[0-9]{1,12}")


class Verdict(Enum):
    """True only when accepted; the value is for logs and counters, not for the sender."""

    ACCEPTED = "accepted"
    UNCONFIGURED = "unconfigured"
    UNSIGNED = "unsigned"
    MALFORMED = "malformed"
    OUTSIDE_WINDOW = "outside-window"
    MISMATCH = "mismatch"

    def __bool__(self) -> bool:
        return self is Verdict.ACCEPTED

    @property
    def refusal_status(self) -> int:
        """What to answer. ElevenLabs retries a 503 and never a 401, so our own omission loses nothing."""
        return 503 if self is Verdict.UNCONFIGURED else 401


class ElevenLabsVerifier:
    """Verifies post-call webhooks with the webhook's own secret; with a blank one everything is refused.

    Where the vendor's SDK differs: any matching `v0` is enough (there, the last one decides), a timestamp may lie at
    most five minutes ahead, and a header that is not exactly as documented is refused instead of raising.
    """

    __slots__ = ("_mac",)

    def __init__(self, secret: str) -> None:
        self._mac = hmac.new(secret.encode(), digestmod="sha256") if secret.strip() else None

    def verify(self, raw_body: bytes, header: str | None, now: datetime) -> Verdict:
        """The verdict on one request; never raises. `raw_body` is what was received, byte for byte; `now` is aware."""
        claim = self.claim(header, now)
        if isinstance(claim, Verdict):
            return claim
        claim.update(raw_body)
        return claim.verdict()

    def claim(self, header: str | None, now: datetime) -> Claim | Verdict:
        """What the header claims of a body that is still to come, or why no body could make it true. `now` is when the
        request began."""
        if self._mac is None:
            return Verdict.UNCONFIGURED
        if not header:
            return Verdict.UNSIGNED
        sent_at, signatures = _parts(header)
        if sent_at is None or not signatures:
            return Verdict.MALFORMED
        if not -NEWEST.total_seconds() <= now.timestamp() - int(sent_at) <= OLDEST.total_seconds():
            return Verdict.OUTSIDE_WINDOW
        mac = self._mac.copy()
        mac.update(f"{sent_at}.".encode())
        return Claim(mac, signatures)


class Claim:
    """Give it the body piece by piece; nothing of it is to be believed before the verdict."""

    __slots__ = ("_mac", "_signatures")

    def __init__(self, mac: hmac.HMAC, signatures: list[str]) -> None:
        self._mac = mac
        self._signatures = signatures

    def update(self, piece: bytes) -> None:
        self._mac.update(piece)

    def verdict(self) -> Verdict:
        return Verdict.ACCEPTED if _any_matches(self._signatures, self._mac.hexdigest()) else Verdict.MISMATCH


def _parts(header: str) -> tuple[str | None, list[str]]:
    """The one timestamp as sent, since its spelling is signed, and every `v0`; no trimming, unknown parts ignored."""
    pairs = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    sent_at = times[0] if len(times) == 1 and _SECONDS.fullmatch(times[0]) else None
    return sent_at, [value for name, _, value in pairs if name == "v0"]


def _any_matches(signatures: list[str], expected: str) -> bool:
    return any(hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode()) for given in signatures)

"""Links that open one thing for a while, for players and browsers that can send no session along."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

import msgspec

_TOKEN = re.compile(r"([A-Za-z0-9_-]{1,400})\.([A-Za-z0-9_-]{43})")


class LinkSigner(msgspec.Struct, frozen=True):
    """Signs with HMAC-SHA-256. `key` is the deployment's secret; whoever has it can make links."""

    key: str

    def sign(self, purpose: str, subject: str, until: datetime) -> str:
        """A word for a path, good for this purpose and subject until then (whole seconds)."""
        payload = _packed(f"{int(until.timestamp())}:{subject}".encode())
        return f"{payload}.{self._mac(purpose, payload)}"

    def subject_of(self, purpose: str, token: str, now: datetime) -> str | None:
        """What the word was signed for; None if it is none of ours, for another purpose, or too old."""
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(self._mac(purpose, found[1]), found[2]):
            return None
        until, _, subject = urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode().partition(":")
        return subject if now.timestamp() < int(until) else None

    def _mac(self, purpose: str, payload: str) -> str:
        return _packed(hmac.digest(self.key.encode(), f"{purpose}\n{payload}".encode(), "sha256"))

    def __repr__(self) -> str:
        return "LinkSigner()"


def _packed(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")

"""Places in lists as opaque words that nobody but us can make, and that belong to one question."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from titus_http.problems import Malformed

_MAC = 16
"""Bytes of the signature: nobody forges 2^128 cursors, and addresses stay short."""

LONGEST = 4000


class CursorSigner(msgspec.Struct, frozen=True):
    """Signs with HMAC-SHA-256. `key` is the deployment's secret."""

    key: str

    def sign(self, question: str, place: bytes) -> str:
        """The word for this place in the answer to that question."""
        return urlsafe_b64encode(self._mac(question, place) + place).decode().rstrip("=")

    def open(self, question: str, cursor: str) -> bytes:
        """The place. Raises `Malformed` for words that are not ours, were altered, or belong to another question."""
        try:
            told = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)) if len(cursor) <= LONGEST else b""
        except ValueError:
            told = b""
        mac, place = told[:_MAC], told[_MAC:]
        if not place or not hmac.compare_digest(mac, self._mac(question, place)):
            raise Malformed("cursor: is not one of ours, or of another question", field="cursor")
        return place

    def _mac(self, question: str, place: bytes) -> bytes:
        return hmac.digest(self.key.encode(), f"cursor\n{question}\n".encode() + place, "sha256")[:_MAC]

    def __repr__(self) -> str:
        return "CursorSigner()"

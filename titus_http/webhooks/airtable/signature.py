"""Did Airtable send these bytes?

The header is `hmac-sha256=<hex>` over the raw body; the key is what the secret, told once when the webhook was made,
is in base64 (../shared/facts/airtable-and-migration.md §1.5). There is no time in it: a ping that comes again only
makes us look once more.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error
from enum import Enum

HEADER = "x-airtable-content-mac"
_SCHEME = "hmac-sha256="


class Verdict(Enum):
    """True only when accepted; the value is for logs and counters, not for the sender."""

    ACCEPTED = "accepted"
    UNCONFIGURED = "unconfigured"
    UNSIGNED = "unsigned"
    MALFORMED = "malformed"
    MISMATCH = "mismatch"

    def __bool__(self) -> bool:
        return self is Verdict.ACCEPTED


class AirtableVerifier:
    """Verifies pings; without a secret, or with one that is no base64, everything is refused."""

    __slots__ = ("_key",)

    def __init__(self, secret: str) -> None:
        self._key = _key(secret.strip())

    def verify(self, raw_body: bytes, header: str | None) -> Verdict:
        """The verdict on one request; never raises. `raw_body` is what was received, byte for byte."""
        if not self._key:
            return Verdict.UNCONFIGURED
        if not header:
            return Verdict.UNSIGNED
        if not header.startswith(_SCHEME):
            return Verdict.MALFORMED
        given = header.removeprefix(_SCHEME).encode("utf-8", "surrogatepass")
        expected = hmac.new(self._key, raw_body, "sha256").hexdigest().encode()
        return Verdict.ACCEPTED if hmac.compare_digest(given, expected) else Verdict.MISMATCH


def _key(secret: str) -> bytes:
    try:
        return b64decode(secret, validate=True)
    except (Error, ValueError):
        return b""

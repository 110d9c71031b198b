"""What the S3 adapter needs to know."""

from __future__ import annotations

import msgspec

ANSWERS_WITHIN = 10.0
"""Seconds for a question, which someone may be waiting for."""

SILENCE = 30.0
"""Seconds without a byte, or for taking in a part, after which a transfer counts as broken off."""


class S3Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Which bucket, the folder in it (`prefix`, without slashes at its ends; blank: all of it), and whose credentials.
    `endpoint` (no slash at its end) leads to a server other than Amazon's; `http://` is spoken only if it says so."""

    bucket: str
    prefix: str = ""
    access_key_id: str
    secret_access_key: str
    region: str
    endpoint: str | None = None
    answers_within: float = ANSWERS_WITHIN
    silence: float = SILENCE

    def __repr__(self) -> str:
        return f"S3Settings({self.bucket!r}, {self.prefix!r}, region={self.region!r}, endpoint={self.endpoint!r})"

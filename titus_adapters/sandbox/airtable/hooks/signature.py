"""`X-Airtable-Content-MAC`: proof that a ping comes from whoever gave the secret."""

from __future__ import annotations

import hmac

HEADER = "X-Airtable-Content-MAC"


def mac(secret: bytes, body: bytes) -> str:
    """The header over these bytes; the secret as it is once base 64 is undone."""
    return "hmac-sha256=" + hmac.new(secret, body, "sha256").hexdigest()

"""`elevenlabs-signature`: proof that a webhook comes from whoever holds its secret."""

from __future__ import annotations

import hmac

HEADER = "ElevenLabs-Signature"


def sign(secret: str, body: bytes, at: float) -> str:
    """The header over these bytes, dated so (../shared/facts/elevenlabs-anthropic-graph.md §1.3)."""
    seconds = int(at)
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
    return f"t={seconds},v0={digest}"

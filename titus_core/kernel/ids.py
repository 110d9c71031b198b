"""Identifiers. How they are minted is a port, so that tests and simulations can count."""

from __future__ import annotations

from typing import NewType, Protocol

CallId = NewType("CallId", str)
"""The telephony provider's id of the caller's leg (Twilio: `CA` + 32 hex)."""

LegId = NewType("LegId", str)
"""The provider's id of a child leg, rung for a call."""

RecordingId = NewType("RecordingId", str)
"""The provider's id of a recording (Twilio: `RE` + 32 hex)."""

ConversationId = NewType("ConversationId", str)
"""The id that the AI agent's provider gives a conversation (ElevenLabs: `conv_…`)."""

UserId = NewType("UserId", int)
"""A member of staff. A small number, as today's clients know it; a browser registers as `user_<id>`."""

GroupId = NewType("GroupId", int)
"""A hunt group."""


class IdSource(Protocol):
    """Mints secrets and opaque ids. An implementer MUST use a cryptographic source outside tests."""

    def token(self) -> str:
        """64 lower-case hex characters, never the same twice: the shape of today's session tokens."""
        ...

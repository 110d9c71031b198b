"""What the ElevenLabs adapter needs to know."""

from __future__ import annotations

import msgspec

API = "https://api.elevenlabs.io"


class ElevenLabsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Whose account and which agent; `base_url` (no slash at its end) leads to a region, or to a sandbox."""

    api_key: str
    agent_id: str
    base_url: str = API

    def __repr__(self) -> str:
        return f"ElevenLabsSettings(agent_id={self.agent_id!r}, base_url={self.base_url!r})"

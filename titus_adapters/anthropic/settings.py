"""What the Anthropic adapter needs to know."""

from __future__ import annotations

import msgspec

API = "https://api.anthropic.com"

MODEL = "claude-sonnet-5-5"
"""The model that replaces today's `claude-sonnet-4-5`, which ends on 30 November 2026 (elevenlabs-anthropic-graph.md
§0.1)."""


class AnthropicSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Whose key and which model; `base_url` (no slash at its end) leads to a sandbox."""

    api_key: str
    model: str = MODEL
    base_url: str = API

    def __repr__(self) -> str:
        return f"AnthropicSettings(model={self.model!r}, base_url={self.base_url!r})"

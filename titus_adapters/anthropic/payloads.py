"""What Anthropic answers, as far as Titus reads it; unknown fields and words are borne."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Usage(msgspec.Struct, frozen=True):
    """`input_tokens` does not count what came from a cache or went into one."""

    input_tokens: int
    output_tokens: int


class Block(msgspec.Struct, frozen=True):
    """A piece of an answer. Only those of type `text` have text; thinking comes in blocks of its own."""

    type: str
    text: str = ""


class StopDetails(msgspec.Struct, frozen=True):
    """Why the model declined."""

    category: str | None = None


class Message(msgspec.Struct, frozen=True):
    """`stop_reason` is `end_turn` only for a whole answer (elevenlabs-anthropic-graph.md §2.1)."""

    model: str
    content: tuple[Block, ...]
    stop_reason: str
    usage: Usage
    stop_details: StopDetails | None = None

    @property
    def text(self) -> str:
        """All of the answer's text in one line."""
        return " ".join(" ".join(block.text for block in self.content if block.type == "text").split())


class ModelInfo(msgspec.Struct, frozen=True):
    """`lifecycle` is `active`, `deprecated` or `retired`; `retires_at` is the plan, which may change."""

    id: str
    lifecycle: str
    retires_at: datetime | None = None

"""What the model answers: what a test scripted, and otherwise the first words of what it was given."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_FIRST_WORDS = 12
_TAG = re.compile(r"<(\w+)>(.*)</\1>", re.DOTALL)
_BYTES_PER_TOKEN = 3


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. `stop_reason` `refusal` has a `category`; `thinks` puts a thinking block before the text. What is
    longer than the request's `max_tokens` is cut, with stop reason `max_tokens`."""

    text: str = ""
    stop_reason: str = "end_turn"
    category: str | None = None
    thinks: bool = False
    model: str | None = None


def tokens(text: str) -> int:
    """A count in the right order of magnitude, the same every time."""
    return len(text.encode()) // _BYTES_PER_TOKEN + 1


def by_first_words(body: dict[str, Any]) -> Reply:
    """About the last thing that the user wrote; of lines of JSON with a `text`, about the first words of the caller."""
    asked = _text(body["messages"][-1]["content"])
    tagged = _TAG.search(asked)
    given = tagged.group(2) if tagged else asked
    said = _said(given) or given
    words = said.split()
    dots = " …" if len(words) > _FIRST_WORDS else ""
    return Reply(text=f"It began with: “{' '.join(words[:_FIRST_WORDS])}{dots}”.")


def _said(lines: str) -> str:
    turns = [turn for turn in map(_turn, lines.split("\n")) if turn.get("text")]
    ours = [turn for turn in turns if turn.get("speaker") == "caller"] or turns
    return str(ours[0]["text"]) if ours else ""


def _turn(line: str) -> dict[str, Any]:
    try:
        read = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return {}  # not a line of a transcript
    return read if isinstance(read, dict) else {}


def _text(content: Any) -> str:
    return content if isinstance(content, str) else " ".join(block.get("text", "") for block in content)


def input_tokens(body: dict[str, Any]) -> int:
    """Of a request's system prompt and messages."""
    texts = [_text(message["content"]) for message in body["messages"]]
    return sum(map(tokens, [_text(body.get("system") or ""), *texts]))

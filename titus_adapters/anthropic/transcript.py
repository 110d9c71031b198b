"""A talk as the model gets it: data in JSON, redacted, and never longer than a budget."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from titus_adapters.anthropic.redaction import redact
from titus_core.calls.conversations import Turn

BUDGET = 24_000
"""Tokens of one transcript: more than an hour of talk, and so at most about 5 cents on the default model."""

BYTES_PER_TOKEN = 2.5
"""A million tokens are about 2.5 million characters (https://platform.claude.com/docs/en/models/haiku-5-5/overview);
counted in UTF-8, so that other scripts, which take more tokens a character, are not underrated."""

_SHARE_OF_ONE_TURN = 8
_LEFT_OUT = " [left out] "


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn, or with `turns_left_out` a place where some are missing."""

    speaker: str = ""
    seconds: int = 0
    text: str = ""
    turns_left_out: int = 0


def tokens(text: str) -> int:
    """About how many it takes; rather too many. Only the provider can count."""
    return int(len(text.encode("utf-8")) / BYTES_PER_TOKEN) + 1


def transcript(turns: Iterable[Turn], budget: int = BUDGET) -> str:
    """One JSON object a line. Of a talk over the budget the beginning and the end are kept: who calls and why is said
    first, what was agreed last. A single speech gets an eighth of the budget.

    No `<` or `>` is left as such, so that nothing said can end the block that it stands in."""
    most = budget // _SHARE_OF_ONE_TURN
    lines = [_line(turn, most) for turn in turns if turn.text.strip()]
    return "\n".join(_within(lines, budget))


def _line(turn: Turn, most: int) -> str:
    # Half a surrogate pair cannot be sent.
    text = turn.text.encode("utf-8", "replace").decode("utf-8")
    return _written(Line(turn.speaker.value, turn.at, _shortened(redact(text), most)))


def _written(line: Line) -> str:
    text = msgspec.json.encode(line).decode("utf-8")
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def _shortened(text: str, most: int) -> str:
    """The words without their middle, if they are too many."""
    if tokens(text) <= most:
        return text
    half = max(1, int(most * BYTES_PER_TOKEN) // 2)
    raw = text.encode("utf-8")
    return raw[:half].decode("utf-8", "ignore") + _LEFT_OUT + raw[-half:].decode("utf-8", "ignore")


def _within(lines: list[str], budget: int) -> list[str]:
    """The first and the last lines, half of the budget each, if all of them are too many."""
    if sum(map(tokens, lines)) <= budget:
        return lines
    head = _fitting(lines, budget // 2)
    tail = _fitting(lines[head:][::-1], budget - budget // 2)
    left_out = _written(Line(turns_left_out=len(lines) - head - tail))
    return [*lines[:head], left_out, *lines[len(lines) - tail :]]


def _fitting(lines: list[str], budget: int) -> int:
    """How many from the first on fit."""
    for place, line in enumerate(lines):
        budget -= tokens(line)
        if budget < 0:
            return place
    return len(lines)

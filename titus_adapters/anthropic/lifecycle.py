"""How long a model will be there, from a table; `models` asks Anthropic itself.

Dates with a promise are "not sooner than": Anthropic tells at least 60 days before a model ends
(https://platform.claude.com/docs/en/about-claude/model-deprecations; dates of elevenlabs-anthropic-graph.md §0.1 and
of the official client's `DEPRECATED_MODELS`, 2.12).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec


class Stage(StrEnum):
    CURRENT = "current"
    RETIRES = "retires"
    RETIRED = "retired"
    UNKNOWN = "unknown"


class Standing(msgspec.Struct, frozen=True):
    """`on`: when it ends or ended; of a current model, until when Anthropic promised it (perhaps in the past)."""

    stage: Stage
    on: date | None = None

    @property
    def alarming(self) -> bool:
        """Whether somebody should choose another model."""
        return self.stage in (Stage.RETIRES, Stage.RETIRED)


PROMISED_UNTIL = {
    "claude-fable-5-1": date(2027, 9, 1),
    "claude-opus-5-5": date(2027, 9, 22),
    "claude-opus-5": date(2027, 7, 24),
    "claude-opus-4-6": date(2027, 2, 5),
    "claude-opus-4-5": date(2026, 11, 24),
    "claude-opus-4-5-20251101": date(2026, 11, 24),
    "claude-sonnet-5-5": date(2027, 9, 28),
    "claude-sonnet-5": date(2027, 6, 30),
    "claude-haiku-5-5": date(2027, 10, 7),
    "claude-haiku-4-5": date(2026, 10, 15),
    "claude-haiku-4-5-20251001": date(2026, 10, 15),
}

ENDS_ON = {
    "claude-3-opus-20240229": date(2026, 1, 5),
    "claude-3-7-sonnet-latest": date(2026, 2, 19),
    "claude-3-7-sonnet-20250219": date(2026, 2, 19),
    "claude-3-5-haiku-latest": date(2026, 2, 19),
    "claude-3-5-haiku-20241022": date(2026, 2, 19),
    "claude-opus-4-0": date(2026, 6, 15),
    "claude-opus-4-20250514": date(2026, 6, 15),
    "claude-sonnet-4-0": date(2026, 6, 15),
    "claude-sonnet-4-20250514": date(2026, 6, 15),
    "claude-mythos-preview": date(2026, 6, 30),
    "claude-sonnet-4-5": date(2026, 11, 30),
    "claude-sonnet-4-5-20250929": date(2026, 11, 30),
}


def standing(model: str, today: date) -> Standing:
    """How the model stands on that day. On its last day it is counted as retired: the hour is not told."""
    if model in ENDS_ON:
        end = ENDS_ON[model]
        return Standing(Stage.RETIRED if today >= end else Stage.RETIRES, end)
    if model in PROMISED_UNTIL:
        return Standing(Stage.CURRENT, PROMISED_UNTIL[model])
    return Standing(Stage.UNKNOWN)

"""The models there are: some of the current ones, one that ends soon, one that has ended."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import msgspec


class Lifecycle(StrEnum):
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """`takes_effort`: accepts `output_config.effort`. `thinks`: does so by itself, and then cannot be told not to, nor
    be given the beginning of its answer (the migration guides of Sonnet 5.5 and Haiku 5.5)."""

    id: str
    display_name: str
    created_at: datetime = datetime(2025, 10, 15, tzinfo=UTC)
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    deprecated_at: datetime | None = None
    retires_at: datetime | None = None
    max_input_tokens: int = 1_000_000
    max_tokens: int = 128_000
    takes_effort: bool = True
    thinks: bool = True


def _older(model_id: str, name: str, ends: datetime | None = None, *, ended: bool = False) -> Model:
    stage = Lifecycle.RETIRED if ended else Lifecycle.DEPRECATED if ends else Lifecycle.ACTIVE
    return Model(
        id=model_id,
        display_name=name,
        lifecycle=stage,
        deprecated_at=datetime(2026, 9, 1, tzinfo=UTC) if ends else None,
        retires_at=ends,
        max_input_tokens=200_000,
        max_tokens=64_000,
        takes_effort=False,
        thinks=False,
    )


_SONNET_4_5_ENDS = datetime(2026, 11, 30, tzinfo=UTC)

MODELS = (
    Model(id="claude-haiku-5-5", display_name="Claude Haiku 5.5", created_at=datetime(2026, 10, 7, tzinfo=UTC)),
    Model(id="claude-sonnet-5-5", display_name="Claude Sonnet 5.5", created_at=datetime(2026, 9, 28, tzinfo=UTC)),
    _older("claude-haiku-4-5", "Claude Haiku 4.5"),
    _older("claude-haiku-4-5-20251001", "Claude Haiku 4.5"),
    _older("claude-sonnet-4-5", "Claude Sonnet 4.5", _SONNET_4_5_ENDS),
    _older("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", _SONNET_4_5_ENDS),
    _older("claude-sonnet-4-20250514", "Claude Sonnet 4", datetime(2026, 6, 15, tzinfo=UTC), ended=True),
)
"""The newest first, as the real list has them."""


class Catalogue:
    """The models of one account, which a test may change."""

    def __init__(self) -> None:
        self._models = {model.id: model for model in MODELS}

    def put(self, model: Model) -> None:
        self._models[model.id] = model

    def find(self, model_id: str) -> Model | None:
        """A retired one too: the models API still tells of it."""
        return self._models.get(model_id)

    def usable(self, model_id: str) -> Model | None:
        model = self.find(model_id)
        return None if model is None or model.lifecycle is Lifecycle.RETIRED else model

    def listed(self, stages: frozenset[Lifecycle]) -> list[Model]:
        return [model for model in self._models.values() if model.lifecycle in stages]

"""Will the model that Titus asks still be there? Anthropic is asked; where it says nothing, a table knows
(`lifecycle`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import assert_never

from titus_adapters.anthropic.lifecycle import Stage, Standing, standing
from titus_adapters.anthropic.models import AnthropicModels
from titus_core.kernel.errors import Refused, Unavailable
from titus_core.providers.model import Level, Seen

SOON = timedelta(days=60)
"""Anthropic tells at least so long before a model ends."""

_REFUSED = frozenset({401, 402, 403})


class ModelWatch:
    """`providers.ports.Watched`: the model of the settings."""

    def __init__(self, models: AnthropicModels, model: str) -> None:
        self._models = models
        self._model = model

    async def look(self, now: datetime) -> Seen:
        by_table = standing(self._model, now.date())
        try:
            told = await self._models.standing(self._model)
        except (Unavailable, Refused) as error:
            return self._unseen(error, by_table, now)
        if told.stage is Stage.UNKNOWN:
            return Seen(Level.DOWN, f"Anthropic does not know {self._model}: choose another model")
        return self._seen(told, now)

    def _seen(self, found: Standing, now: datetime) -> Seen:
        match found.stage:
            case Stage.RETIRED:
                return Seen(Level.DOWN, f"{self._model} is retired: choose another model")
            case Stage.RETIRES:
                return self._ending(found.on, now)
            case Stage.CURRENT | Stage.UNKNOWN:
                return Seen(Level.OK)
            case _:
                assert_never(found.stage)

    def _ending(self, on: date | None, now: datetime) -> Seen:
        words = f"{self._model} retires on {on.isoformat() if on is not None else 'a day that is not told yet'}"
        if on is not None and on - now.date() > SOON:
            return Seen(Level.OK, words)
        return Seen(Level.WARNING, f"{words}: choose another model")

    def _unseen(self, error: Unavailable | Refused, by_table: Standing, now: datetime) -> Seen:
        if error.data.get("status") in _REFUSED:
            return Seen(Level.DOWN, f"Anthropic refuses the account or its key ({error.data.get('status')})")
        known = self._seen(by_table, now)
        if known.level is not Level.OK:
            return known
        return Seen(Level.WARNING, f"How the model stands could not be seen: {error}")

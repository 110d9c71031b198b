"""How the model of the settings stands: by Anthropic's word, and by the table where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.anthropic.stage import Stage
from titus_adapters.anthropic.models import AnthropicModels
from titus_adapters.anthropic.settings import MODEL
from titus_adapters.anthropic.watching import SOON, ModelWatch
from titus_adapters.sandbox.anthropic.catalogue import Lifecycle, Model
from titus_adapters.sandbox.anthropic.faults import Kind, Nonsense, Refusal
from titus_core.providers.model import Level, Seen

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


async def seen(stage: Stage, model: str = MODEL, now: datetime = NOW) -> Seen:
    return await ModelWatch(AnthropicModels(stage.api), model).look(now)


def ends(stage: Stage, at: datetime | None) -> None:
    stage.models.catalogue.put(
        Model(id=MODEL, display_name="S", lifecycle=Lifecycle.DEPRECATED, deprecated_at=NOW, retires_at=at)
    )


async def test_a_model_that_is_there_is_well(stage: Stage) -> None:
    assert await seen(stage) == Seen(Level.OK)


async def test_one_that_retires_within_sixty_days_is_warned_of(stage: Stage) -> None:
    told = await seen(stage, "claude-sonnet-4-5")
    assert told == Seen(Level.WARNING, "claude-sonnet-4-5 retires on 2026-11-30: choose another model")
    ends(stage, NOW + SOON)
    assert (await seen(stage)).level is Level.WARNING
    ends(stage, NOW + SOON + timedelta(days=1))
    assert await seen(stage) == Seen(Level.OK, f"{MODEL} retires on 2027-01-24")
    ends(stage, None)
    assert (await seen(stage)).level is Level.WARNING


@pytest.mark.parametrize("model", ["claude-sonnet-4-20250514", "claude-sonet-5-5"])
async def test_one_that_is_retired_or_unknown_is_down(stage: Stage, model: str) -> None:
    told = await seen(stage, model)
    assert told.level is Level.DOWN
    assert model in told.detail


@pytest.mark.parametrize("fault", [Refusal(), Nonsense()])
async def test_without_an_answer_the_table_knows(stage: Stage, fault: Kind) -> None:
    stage.breaks(fault, times=3)
    assert (await seen(stage, "claude-opus-4-0")).level is Level.DOWN
    told = await seen(stage, "claude-sonnet-4-5")
    assert told == Seen(Level.WARNING, "claude-sonnet-4-5 retires on 2026-11-30: choose another model")
    told = await seen(stage)
    assert told.level is Level.WARNING
    assert told.detail.startswith("How the model stands could not be seen: Anthropic answered")


async def test_a_refused_key_is_down(stage: Stage) -> None:
    api = stage.another(api_key="sk-of-nobody")
    async with api:
        told = await ModelWatch(AnthropicModels(api), MODEL).look(NOW)
    assert told == Seen(Level.DOWN, "Anthropic refuses the account or its key (401)")


async def test_a_stage_of_next_year_is_that_of_a_model_which_is_there(stage: Stage) -> None:
    body = '{"id":"m","lifecycle":"beloved","retires_at":null}'
    stage.breaks(Nonsense(status=200, body=body, content_type="application/json"))
    assert await seen(stage) == Seen(Level.OK)

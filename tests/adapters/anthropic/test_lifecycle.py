"""How long a model will be there: by the table, and by Anthropic's own word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.adapters.anthropic.stage import Stage
from titus_adapters.anthropic.lifecycle import ENDS_ON, PROMISED_UNTIL, Standing, standing
from titus_adapters.anthropic.lifecycle import Stage as LifeStage
from titus_adapters.anthropic.models import AnthropicModels
from titus_adapters.anthropic.prompt import WITHOUT_EFFORT
from titus_adapters.anthropic.settings import MODEL
from titus_adapters.sandbox.anthropic.catalogue import Lifecycle, Model
from titus_adapters.sandbox.anthropic.faults import Nonsense, Refusal
from titus_core.kernel.errors import Unavailable

TODAY, END = date(2026, 11, 24), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("model", "today", "stage", "alarming"),
    [
        (MODEL, TODAY, LifeStage.CURRENT, False),
        ("claude-sonnet-4-5", TODAY, LifeStage.RETIRES, True),
        ("claude-sonnet-4-5", END - timedelta(days=1), LifeStage.RETIRES, True),
        ("claude-sonnet-4-5-20250929", END, LifeStage.RETIRED, True),
        ("claude-opus-4-0", TODAY, LifeStage.RETIRED, True),
        ("claude-haiku-4-5", TODAY, LifeStage.CURRENT, False),
        ("claude-of-the-future", TODAY, LifeStage.UNKNOWN, False),
    ],
)
def test_a_model_stands_by_its_date(model: str, today: date, stage: LifeStage, alarming: bool) -> None:
    told = standing(model, today)
    assert (told.stage, told.alarming) == (stage, alarming)


def test_the_dates_are_told() -> None:
    assert standing("claude-sonnet-4-5", TODAY) == Standing(LifeStage.RETIRES, END)
    lapsed = standing("claude-haiku-4-5", TODAY).on
    assert lapsed is not None
    assert lapsed < TODAY


def test_no_model_both_ends_and_is_promised() -> None:
    assert not ENDS_ON.keys() & PROMISED_UNTIL.keys()


def test_the_table_knows_what_the_official_client_warns_of() -> None:
    from anthropic.resources.messages.messages import DEPRECATED_MODELS

    for model, words in DEPRECATED_MODELS.items():
        day = datetime.strptime(words.replace("th,", "").replace("st,", ""), "%B %d %Y").replace(tzinfo=UTC).date()
        assert model not in PROMISED_UNTIL
        if day.year >= 2026:
            assert ENDS_ON[model] == day


async def test_anthropic_itself_is_asked(stage: Stage) -> None:
    models = AnthropicModels(stage.api)
    assert await models.standing(MODEL) == Standing(LifeStage.CURRENT)
    assert await models.standing("claude-sonnet-4-5") == Standing(LifeStage.RETIRES, END)
    assert (await models.standing("claude-sonnet-4-20250514")).stage is LifeStage.RETIRED
    assert (await models.standing("claude-sonet-5-5")).stage is LifeStage.UNKNOWN
    stage.models.catalogue.put(Model(id=MODEL, display_name="S", lifecycle=Lifecycle.RETIRED))
    assert (await models.standing(MODEL)).stage is LifeStage.RETIRED


async def test_an_anthropic_that_cannot_be_asked_is_unavailable(stage: Stage) -> None:
    for fault in (Refusal(), Nonsense(status=200), Nonsense(status=200, body="{}", content_type="application/json")):
        stage.breaks(fault)
        with pytest.raises(Unavailable):
            await AnthropicModels(stage.api).standing(MODEL)


def test_only_older_models_go_without_effort() -> None:
    assert MODEL not in WITHOUT_EFFORT
    assert all("-4-5" in model for model in WITHOUT_EFFORT)

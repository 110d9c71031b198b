"""What Titus asks of Anthropic: summaries of a made-up talk, and how long a model will be there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.cassettes.scenario import Given, Kind, Scenario
from titus_adapters.anthropic.api import AnthropicApi
from titus_adapters.anthropic.lifecycle import Stage, Standing
from titus_adapters.anthropic.models import AnthropicModels
from titus_adapters.anthropic.settings import AnthropicSettings
from titus_adapters.anthropic.summarising import AnthropicSummariser
from titus_core.calls.conversations import Speaker, Summary, Turn
from titus_core.kernel.errors import Refused, Unavailable

TALK = (
    Turn(Speaker.AGENT, "Good evening, this is the after-hours line. How can I help?", 0),
    Turn(Speaker.CALLER, "Hello, this is Kim. My worker did not come tonight.", 4),
    Turn(Speaker.AGENT, "I am sorry. Somebody will ring you back.", 11),
)


@asynccontextmanager
async def opened(settings: AnthropicSettings) -> AsyncIterator[AnthropicApi]:
    async with AnthropicApi(settings) as api:
        yield api


async def summary(api: AnthropicApi, given: Given) -> Summary:
    return await AnthropicSummariser(api, given.model).summarise(TALK)


async def standing(api: AnthropicApi, given: Given) -> Standing:
    return await AnthropicModels(api).standing(given.model)


async def standing_of_one_that_ends(api: AnthropicApi, given: Given) -> Standing:
    return await AnthropicModels(api).standing("claude-sonnet-4-5")


async def standing_of_none(api: AnthropicApi, given: Given) -> Standing:
    return await AnthropicModels(api).standing("claude-of-nobody")


SCENARIOS = (
    Scenario(
        name="summary",
        play=summary,
        needs=("model",),
        kind=Kind.COSTS,
        holds=lambda given, answer: bool(answer.text and answer.request_id and answer.output_tokens),
    ),
    Scenario(
        name="summary-declined",
        play=summary,
        needs=("model",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: isinstance(answer, Refused),
    ),
    Scenario(
        name="summary-cut",
        play=summary,
        needs=("model",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: isinstance(answer, Refused),
    ),
    Scenario(
        name="summary-limited",
        play=summary,
        needs=("model",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: isinstance(answer, Unavailable),
    ),
    Scenario(
        name="summary-overloaded",
        play=summary,
        needs=("model",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: isinstance(answer, Unavailable),
    ),
    Scenario(
        name="model",
        play=standing,
        needs=("model",),
        holds=lambda given, answer: isinstance(answer, Standing),
    ),
    Scenario(
        name="model-that-ends",
        play=standing_of_one_that_ends,
        holds=lambda given, answer: isinstance(answer, Standing),
    ),
    Scenario(
        name="model-unknown",
        play=standing_of_none,
        holds=lambda given, answer: answer == Standing(Stage.UNKNOWN),
    ),
)

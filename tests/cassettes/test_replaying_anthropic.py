"""Anthropic's cassettes, played back without a network: what the adapters make of what was recorded. The official
client is on httpx2, which vcrpy knows too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.cassettes.replay import replayed
from tests.cassettes.scenarios.anthropic import SCENARIOS
from tests.cassettes.scenes.anthropic import SUMMARY
from tests.cassettes.tape import place
from titus_adapters.anthropic.lifecycle import Stage, Standing
from titus_adapters.anthropic.settings import MODEL
from titus_core.calls.conversations import Summary
from titus_core.kernel.errors import Refused, TitusError, Unavailable

pytestmark = [
    pytest.mark.usefixtures("no_network"),
    pytest.mark.filterwarnings("ignore:The model:DeprecationWarning"),  # the client knows of one that ends as well
]

REQUEST = f"req_{1:026d}"
ANSWERS: dict[str, object] = {
    "summary": Summary(
        text=SUMMARY, model=MODEL, request_id=REQUEST, input_tokens=487, output_tokens=42, cost="0.001394"
    ),
    "model": Standing(Stage.CURRENT),
    "model-that-ends": Standing(Stage.RETIRES, date(2026, 11, 30)),
    "model-unknown": Standing(Stage.UNKNOWN),
}
ERRORS: dict[str, tuple[type[TitusError], str, dict[str, object]]] = {
    "summary-declined": (Refused, "The model stopped with refusal", {"category": "harm", "input_tokens": 487}),
    "summary-cut": (Refused, "The model stopped with max_tokens", {"category": None, "output_tokens": 6}),
    "summary-limited": (
        Unavailable,
        "Anthropic answered 429",
        {"status": 429, "type": "rate_limit_error", "retry_after": 9},
    ),
    "summary-overloaded": (Unavailable, "Anthropic answered 529", {"status": 529, "type": "overloaded_error"}),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_the_adapters_answer_what_was_recorded(name: str) -> None:
    assert await replayed(place("anthropic", name)) == ANSWERS[name]


@pytest.mark.parametrize("name", ERRORS)
async def test_what_anthropic_refuses_is_an_error_of_the_ports(name: str) -> None:
    kind, words, data = ERRORS[name]
    answer: Any = await replayed(place("anthropic", name))
    assert (type(answer), str(answer)) == (kind, words)
    assert {**data, "provider": "anthropic", "request_id": REQUEST}.items() <= answer.data.items()


def test_every_scenario_is_played_back() -> None:
    assert {*ANSWERS, *ERRORS} == {scenario.name for scenario in SCENARIOS}

"""What every `calls.ports.Summariser` must do: the memory adapter, and Anthropic's API as the sandbox plays it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Protocol

import pytest

from tests.adapters.anthropic.stage import Stage, staged
from titus_adapters.memory.summaries import MemorySummariser
from titus_adapters.sandbox.anthropic.faults import Fault, Refusal
from titus_adapters.sandbox.anthropic.replies import Reply
from titus_core.calls.conversations import Speaker, Turn
from titus_core.calls.ports import Summariser
from titus_core.kernel.errors import Refused, Unavailable

TALK = (
    Turn(Speaker.AGENT, "Good evening, how can I help?", 0),
    Turn(Speaker.CALLER, "My worker did not come tonight.", 3),
)
NOTE = "Kim rang because the worker did not come."


class Model(Protocol):
    @property
    def summariser(self) -> Summariser: ...
    def say(self, text: str) -> None:
        """The next answer."""
        ...

    def decline(self) -> None:
        """The next answer is none."""
        ...

    def fail(self) -> None:
        """The next question finds it busy."""
        ...

    def break_down(self) -> None:
        """From now on nothing is answered."""
        ...


class MemoryModel:
    def __init__(self) -> None:
        self.summariser = MemorySummariser()
        self.say = self.summariser.say
        self.decline = self.summariser.decline
        self.fail = self.summariser.fail

    def break_down(self) -> None:
        self.summariser.down = True


class SandboxModel:
    """The same over HTTP: AnthropicSummariser → the sandbox's REST."""

    def __init__(self, stage: Stage) -> None:
        self._models = stage.models
        self.summariser = stage.summariser()

    def say(self, text: str) -> None:
        self._models.answer(Reply(text=text))

    def decline(self) -> None:
        self._models.answer(Reply(stop_reason="refusal"))

    def fail(self) -> None:
        self._models.break_rest(Fault(does=Refusal()))

    def break_down(self) -> None:
        self._models.break_rest(Fault(does=Refusal(status=500, kind="api_error"), times=1000))


@pytest.fixture(params=["memory", "anthropic"])
async def model(request: pytest.FixtureRequest) -> AsyncIterator[Model]:
    if request.param == "memory":
        yield MemoryModel()
    else:
        async with staged() as stage:
            yield SandboxModel(stage)


async def test_a_talk_is_summed_up_with_what_it_took(model: Model) -> None:
    model.say(NOTE)
    summary = await model.summariser.summarise(TALK)
    assert summary.text == NOTE
    assert summary.model
    assert summary.input_tokens > 0
    assert summary.output_tokens > 0
    assert summary.cost is None or Decimal(summary.cost) > 0


async def test_every_answer_has_an_id_of_its_own(model: Model) -> None:
    ids = [(await model.summariser.summarise(TALK)).request_id for _ in range(3)]
    assert all(ids)
    assert len(set(ids)) == 3


async def test_without_a_script_it_says_something_about_the_talk(model: Model) -> None:
    assert (await model.summariser.summarise(TALK)).text


async def test_what_it_declines_is_refused_and_the_next_talk_is_not(model: Model) -> None:
    model.decline()
    with pytest.raises(Refused):
        await model.summariser.summarise(TALK)
    assert (await model.summariser.summarise(TALK)).text


async def test_a_busy_moment_passes(model: Model) -> None:
    model.fail()
    with pytest.raises(Unavailable):
        await model.summariser.summarise(TALK)
    assert (await model.summariser.summarise(TALK)).text


async def test_while_it_is_down_it_is_unavailable_to_every_question(model: Model) -> None:
    model.break_down()
    for _ in range(3):
        with pytest.raises(Unavailable):
            await model.summariser.summarise(TALK)


@pytest.mark.parametrize("turns", [(), (Turn(Speaker.CALLER, "", 0), Turn(Speaker.AGENT, " \n", 2))])
async def test_a_talk_without_words_is_refused(model: Model, turns: tuple[Turn, ...]) -> None:
    with pytest.raises(Refused):
        await model.summariser.summarise(turns)


async def test_one_side_alone_can_be_summed_up(model: Model) -> None:
    for turn in TALK:
        assert (await model.summariser.summarise((turn,))).text


async def test_a_very_long_talk_can_be_summed_up(model: Model) -> None:
    turns = tuple(Turn(Speaker.CALLER, "And then the worker left again. " * 10, second) for second in range(1000))
    assert (await model.summariser.summarise(turns)).text


async def test_many_talks_at_once_get_an_answer_each(model: Model) -> None:
    summaries = await asyncio.gather(*(model.summariser.summarise(TALK) for _ in range(5)))
    assert len({summary.request_id for summary in summaries}) == 5

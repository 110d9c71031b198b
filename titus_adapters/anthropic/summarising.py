"""Two or three sentences about a talk, by a model of Anthropic's."""

from __future__ import annotations

from typing import Any

from titus_adapters.anthropic.api import AnthropicApi
from titus_adapters.anthropic.payloads import Message
from titus_adapters.anthropic.prices import cost
from titus_adapters.anthropic.prompt import request
from titus_adapters.anthropic.settings import MODEL
from titus_adapters.anthropic.transcript import BUDGET, transcript
from titus_core.calls.conversations import Summary, Turn
from titus_core.kernel.errors import NotFound, Refused, Unavailable

LONGEST = 1500
"""Characters of a summary. What is longer is no two or three sentences, whatever it is."""


class AnthropicSummariser:
    """`calls.ports.Summariser`. What leaves is redacted and cut to `budget` tokens; nothing is sent twice.

    A model that is not there is `Unavailable`: whoever runs Titus can choose another."""

    def __init__(self, api: AnthropicApi, model: str = MODEL, *, budget: int = BUDGET) -> None:
        self._api = api
        self._model = model
        self._budget = budget

    async def summarise(self, turns: tuple[Turn, ...]) -> Summary:
        said = transcript(turns, self._budget)
        if not said:
            raise Refused("Nothing was said", provider="anthropic")

        async def question(client: Any) -> Any:
            return await client.messages.create(**request(self._model, said))

        try:
            answer = await self._api.ask(question)
        except NotFound as error:
            raise Unavailable(f"Anthropic has no model {self._model}", **error.data) from error
        return _summary(answer.read(Message), answer.request_id, self._model)


def _summary(message: Message, request_id: str, model: str) -> Summary:
    if message.stop_reason != "end_turn":
        category = message.stop_details.category if message.stop_details else None
        raise _none(f"The model stopped with {message.stop_reason}", request_id, message, category=category)
    if not message.text:
        raise _none("The model answered without words", request_id, message)
    if len(message.text) > LONGEST:
        raise _none("The model answered with more than a summary", request_id, message)
    used = message.usage
    price = cost(message.model, used.input_tokens, used.output_tokens)
    return Summary(
        text=message.text,
        model=message.model,
        request_id=request_id,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        # A dated name of the model that was asked for costs what that one does.
        cost=price or cost(model, used.input_tokens, used.output_tokens),
    )


def _none(reason: str, request_id: str, message: Message, **data: object) -> Refused:
    used = message.usage
    return Refused(
        reason,
        provider="anthropic",
        request_id=request_id,
        model=message.model,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        **data,
    )

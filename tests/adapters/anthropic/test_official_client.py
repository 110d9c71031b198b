"""Anthropic's own client against the sandbox over a real socket, waiting or not, whole or in a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import anthropic
import pytest

from tests.adapters.anthropic.reference import needs_reference, reference
from tests.adapters.anthropic.stage import Stage
from titus_adapters.anthropic.settings import MODEL
from titus_adapters.sandbox.anthropic.faults import CutOff, Drip, Hang, Refusal, StreamEnd, StreamError
from titus_adapters.sandbox.anthropic.replies import Reply

HELLO: Any = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Hello there"}]}
WORDS = "Your next shift is on Tuesday at nine in the morning."


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(api_key=stage.models.api_key, base_url=stage.url, max_retries=0) as client:
        yield client


async def test_it_gets_an_answer(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.models.answer(Reply(text=WORDS, thinks=True))
    message = await client.messages.create(**HELLO)
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.content[-1].text == WORDS
    assert (message.stop_reason, message.model, message.role) == ("end_turn", MODEL, "assistant")
    assert message.usage.output_tokens > 0
    assert message._request_id == stage.models.asked[0].request_id


async def test_an_answer_that_is_too_long_is_cut(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.models.answer(Reply(text=WORDS))
    message = await client.messages.create(**HELLO | {"max_tokens": 5})
    assert (message.stop_reason, message.usage.output_tokens) == ("max_tokens", 5)
    assert WORDS.startswith(message.content[0].text)


async def test_it_is_told_of_a_refusal(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.models.answer(Reply(stop_reason="refusal", category="bio"))
    message = await client.messages.create(**HELLO)
    assert (message.stop_reason, message.content) == ("refusal", [])
    assert message.stop_details is not None
    assert message.stop_details.category == "bio"


async def test_it_streams(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.models.answer(Reply(text=WORDS, thinks=True))
    async with client.messages.stream(**HELLO) as stream:
        pieces = [piece async for piece in stream.text_stream]
        message = await stream.get_final_message()
    assert "".join(pieces) == WORDS
    assert len(pieces) > 3
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.stop_reason == "end_turn"


async def test_a_refusal_streams_too(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.models.answer(Reply(stop_reason="refusal"))
    async with client.messages.stream(**HELLO) as stream:
        message = await stream.get_final_message()
    assert (message.stop_reason, message.content) == ("refusal", [])


async def test_a_stream_comes_slowly(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.breaks(Drip(pause=0.001, size=100))
    async with client.messages.stream(**HELLO) as stream:
        assert "Hello there" in (await stream.get_final_text())


async def test_a_stream_breaks_with_an_error(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.breaks(StreamError(after=5))
    async with client.messages.stream(**HELLO) as stream:
        assert await anext(stream.text_stream)
        with pytest.raises(anthropic.APIStatusError) as caught:
            await stream.get_final_message()
    assert caught.value.type == "overloaded_error"


async def test_a_stream_ends_without_its_last_event(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.breaks(StreamEnd(after=5))
    seen = [event.type async for event in await client.messages.create(**HELLO, stream=True)]
    assert seen
    assert "message_stop" not in seen


async def test_a_stream_is_cut_off(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.breaks(CutOff(after=900))
    with pytest.raises(Exception, match=r"(?i)peer closed|incomplete|connection"):
        async with client.messages.stream(**HELLO) as stream:
            await stream.get_final_message()


async def test_a_fault_of_streams_lets_other_answers_pass(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.breaks(StreamError(after=0), times=2)
    assert (await client.messages.create(**HELLO)).content
    with pytest.raises(anthropic.APIStatusError):
        async with client.messages.stream(**HELLO) as stream:
            await stream.get_final_message()


async def test_it_counts_and_lists(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    counted = await client.messages.count_tokens(model=MODEL, messages=HELLO["messages"])
    assert counted.input_tokens == (await client.messages.create(**HELLO)).usage.input_tokens
    everything = [model.id async for model in client.models.list(limit=2)]
    assert everything[:2] == ["claude-haiku-5-5", MODEL]
    assert len(everything) == len(set(everything)) == 6
    (retired,) = [model async for model in client.models.list(lifecycle=["retired"])]
    assert (retired.id, retired.lifecycle) == ("claude-sonnet-4-20250514", "retired")
    assert (await client.models.retrieve(MODEL)).display_name == "Claude Sonnet 5.5"


@needs_reference
async def test_it_raises_the_class_that_belongs_to_each_error(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    for known in reference("errors")["errors"]:
        if isinstance(known["body"], str) or "details" in known["body"]["error"]:
            continue  # a gateway's page, and an error that only images get
        error = known["body"]["error"]
        after = known.get("headers", {}).get("retry-after")
        stage.breaks(Refusal(status=known["status"], kind=error["type"], message=error["message"], retry_after=after))
        with pytest.raises(getattr(anthropic, known["class"], anthropic.APIStatusError)) as caught:
            await client.messages.create(**HELLO)
        assert type(caught.value).__name__ == known["class"]
        assert caught.value.body["error"] == error
        assert caught.value.response.headers.get("retry-after") == after
        assert caught.value.request_id == caught.value.body["request_id"]


async def test_it_tries_again_and_says_when_it_has_no_time(stage: Stage, client: anthropic.AsyncAnthropic) -> None:
    stage.breaks(Refusal(status=429, kind="rate_limit_error", retry_after="0"))
    assert (await client.with_options(max_retries=1).messages.create(**HELLO)).content
    stage.breaks(Hang(seconds=3))
    with pytest.raises(anthropic.APITimeoutError):
        await client.with_options(timeout=0.2).messages.create(**HELLO)


WRONG: dict[str, Any] = {
    "no messages": {"messages": []},
    "no words": {"messages": [{"role": "user", "content": " "}]},
    "another role": {"messages": [{"role": "robot", "content": "Hi"}]},
    "a block of another kind": {"messages": [{"role": "user", "content": [{"type": "image"}]}]},
    "no blocks": {"messages": [{"role": "user", "content": []}]},
    "an answer begun": {"messages": [*HELLO["messages"], {"role": "assistant", "content": "Well"}]},
    "no room": {"max_tokens": 0},
    "too much room": {"max_tokens": 128_001, "stream": True},
    "temperature": {"extra_body": {"temperature": 1.0}},
    "no thinking": {"thinking": {"type": "disabled"}},
    "a budget for thinking": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
    "effort of an older model": {"model": "claude-haiku-4-5", "output_config": {"effort": "low"}},
    "unheard-of effort": {"output_config": {"effort": "some"}},
    "a tool": {"tools": [{"name": "x", "input_schema": {"type": "object"}}]},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
async def test_what_anthropic_would_refuse_is_refused(client: anthropic.AsyncAnthropic, change: Any) -> None:
    with pytest.raises(anthropic.BadRequestError) as caught:
        await client.messages.create(**HELLO | change)
    assert caught.value.type == "invalid_request_error"


async def test_older_models_take_what_newer_ones_refuse(client: anthropic.AsyncAnthropic) -> None:
    old: Any = HELLO | {"model": "claude-haiku-4-5", "thinking": {"type": "disabled"}}
    old["messages"] = [*HELLO["messages"], {"role": "assistant", "content": "Well"}]
    assert (await client.messages.create(**old)).content


async def test_a_key_in_either_header_will_do_and_a_wrong_one_will_not(stage: Stage) -> None:
    for key, good in ((stage.models.api_key, True), ("sk-ant-wrong", False)):
        for header in ({"x-api-key": key}, {"authorization": f"Bearer {key}"}):
            async with anthropic.AsyncAnthropic(
                api_key="none", base_url=stage.url, default_headers={"authorization": ""} | header, max_retries=0
            ) as client:
                await _allowed(lambda: client.models.list(), good)


async def _allowed(ask: Callable[[], Awaitable[Any]], good: bool) -> None:
    if good:
        await ask()
    else:
        with pytest.raises(anthropic.AuthenticationError):
            await ask()


async def test_its_blocking_twin_works_too(stage: Stage) -> None:
    def talk() -> tuple[str, str]:
        with anthropic.Anthropic(api_key=stage.models.api_key, base_url=stage.url) as client:
            whole = client.messages.create(**HELLO).content[0].text
            with client.messages.stream(**HELLO) as stream:
                return whole, stream.get_final_text()

    whole, streamed = await asyncio.to_thread(talk)
    assert whole == streamed == "It began with: “Hello there”."

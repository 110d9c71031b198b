"""The reference data: all of it is understood, and the sandbox speaks like it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import msgspec
import pytest
from jsonschema import Draft202012Validator

from tests.adapters.anthropic.reference import ANTHROPIC, needs_reference, reference, schema
from tests.adapters.anthropic.stage import TALK, Stage
from titus_adapters.anthropic.payloads import Message, ModelInfo
from titus_adapters.anthropic.prompt import request
from titus_adapters.anthropic.settings import MODEL
from titus_adapters.anthropic.transcript import transcript
from titus_adapters.sandbox.anthropic.faults import Refusal
from titus_adapters.sandbox.anthropic.replies import Reply
from titus_core.kernel.errors import Refused, Unavailable

pytestmark = needs_reference

MESSAGES = sorted(path.stem for path in ANTHROPIC.glob("messages_*.json"))
HELLO: Any = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Hello there"}]}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_is_read(name: str) -> None:
    told = reference(name)["response"]
    read = msgspec.json.decode(json.dumps(told), type=Message)
    assert (read.model, read.stop_reason) == (told["model"], told["stop_reason"])
    assert read.usage.input_tokens == told["usage"]["input_tokens"]
    texts = [block["text"] for block in told["content"] if block["type"] == "text"]
    assert read.text.split() == " ".join(texts).split()


@pytest.mark.parametrize("name", ["messages_refusal", "messages_truncated", "messages_tool_use_strict"])
async def test_what_is_no_whole_answer_is_no_summary(stage: Stage, name: str) -> None:
    told = msgspec.convert(reference(name)["response"], Message)
    stage.models.answer(Reply(text=told.text, stop_reason=told.stop_reason))
    with pytest.raises(Refused):
        await stage.summariser().summarise(TALK)


def test_every_model_is_read() -> None:
    models = [msgspec.convert(model, ModelInfo, strict=False) for model in reference("models")["models"]]
    assert [model.lifecycle for model in models] == ["active", "deprecated", "active"]


async def test_every_error_becomes_an_error_of_the_port(stage: Stage) -> None:
    for known in reference("errors")["errors"]:
        body = known["body"] if isinstance(known["body"], dict) else {"error": {"type": "api_error", "message": ""}}
        stage.breaks(Refusal(status=known["status"], kind=body["error"]["type"], message=body["error"]["message"]))
        with pytest.raises(Refused if known["status"] == 413 else Unavailable):
            await stage.summariser().summarise(TALK)


def test_words_and_fields_that_nobody_knows_yet_are_borne() -> None:
    told = reference("messages_fenced_text")["response"]
    told |= {"news": {"of": ["tomorrow"]}}
    told["content"].append({"type": "hologram", "text": "Boo", "depth": 3})
    assert "Boo" not in msgspec.convert(told, Message).text


REPLIES = {
    "whole": Reply(text="Kim rang."),
    "with thoughts": Reply(text="Kim rang.", thinks=True),
    "declined": Reply(stop_reason="refusal", category="bio"),
    "cut": Reply(text="Kim rang. " * 200),
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
async def test_the_sandbox_answers_by_the_schema(stage: Stage, reply: Reply) -> None:
    stage.models.answer(reply, reply)
    async with _client(stage) as http:
        whole = (await http.post("/v1/messages", json=HELLO)).json()
        streamed = await http.post("/v1/messages", json=HELLO | {"stream": True})
    Draft202012Validator(schema("message")).validate(whole)
    assert streamed.headers["content-type"] == reference("stream_chat")["content_type"]
    events = _events(streamed.text)
    for event in events:
        if event["type"] != "ping":
            Draft202012Validator(schema("stream_event")).validate(event)
    assert events[0]["message"].keys() == whole.keys()
    assert events[-2]["delta"]["stop_reason"] == whole["stop_reason"]


async def test_a_message_has_the_fields_of_the_documented_one(stage: Stage) -> None:
    async with _client(stage) as http:
        ours = (await http.post("/v1/messages", json=HELLO)).json()
    theirs = reference("messages_fenced_text")["response"]
    assert ours.keys() == theirs.keys()
    assert ours["usage"].keys() == theirs["usage"].keys()
    assert ours["content"][0].keys() == theirs["content"][0].keys()


async def test_a_stream_goes_like_the_documented_one(stage: Stage) -> None:
    stage.models.answer(Reply(text="Your next shift is on Tuesday 9 am."))
    async with _client(stage) as http:
        ours = _events((await http.post("/v1/messages", json=HELLO | {"stream": True})).text)
    theirs = _events(reference("stream_chat")["ok"])
    assert {event["type"]: event.keys() for event in ours} == {event["type"]: event.keys() for event in theirs}
    assert [event["type"] for event in ours][-3:] == [event["type"] for event in theirs][-3:]


async def test_models_and_counts_answer_by_the_schema(stage: Stage) -> None:
    async with _client(stage) as http:
        listed = (await http.get("/v1/models")).json()["data"]
        one = (await http.get(f"/v1/models/{MODEL}")).json()
        counted = (await http.post("/v1/messages/count_tokens", json=HELLO)).json()
    for model in [*listed, one]:
        Draft202012Validator(schema("model_info")).validate(model)
    assert one.keys() == reference("models")["models"][0].keys()
    Draft202012Validator(schema("count_tokens")).validate(counted)


async def test_errors_look_like_anthropics(stage: Stage) -> None:
    known = {error["status"]: error["body"] for error in reference("errors")["errors"] if error["status"] != 400}
    big = HELLO | {"messages": [{"role": "user", "content": "x" * (33 * 1024 * 1024)}]}
    old = HELLO | {"model": "claude-sonnet-4-20250514"}
    async with _client(stage) as http:
        answers = [
            await http.post("/v1/messages", json=HELLO | {"messages": []}),
            await http.post("/v1/messages", json=HELLO, headers={"x-api-key": "wrong"}),
            await http.post("/v1/messages", json=old),
            await http.post("/v1/messages", json=big),
        ]
    assert [answer.status_code for answer in answers] == [400, 401, 404, 413]
    for answer in answers:
        Draft202012Validator(schema("error_response")).validate(answer.json())
        assert answer.headers["request-id"] == answer.json()["request_id"]
    assert answers[0].json()["error"] == reference("errors")["errors"][0]["body"]["error"]
    for answer in (answers[1], answers[3]):
        assert answer.json()["error"] == known[answer.status_code]["error"]
    assert answers[2].json()["error"]["type"] == known[404]["error"]["type"]


@pytest.mark.parametrize("model", [MODEL, "claude-haiku-5-5", "claude-haiku-4-5"])
async def test_our_requests_are_taken_by_every_model(stage: Stage, model: str) -> None:
    async with _client(stage) as http:
        answer = await http.post("/v1/messages", json=request(model, transcript(TALK)))
    assert answer.status_code == 200


def _events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


def _client(stage: Stage) -> httpx.AsyncClient:
    headers = {"x-api-key": stage.models.api_key, "anthropic-version": "2026-10-21"}
    return httpx.AsyncClient(base_url=stage.url, headers=headers, timeout=30)

"""The control side of the Anthropic sandbox, and what it says to those who ask wrongly."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.adapters.anthropic.stage import Stage
from titus_adapters.anthropic.settings import MODEL
from titus_adapters.sandbox.anthropic.faults import Fault, Faults, Hang, Refusal
from titus_adapters.sandbox.anthropic.part import anthropic_part
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
from titus_adapters.sandbox.app import create_sandbox_app

HELLO: Any = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Hello there"}]}


@pytest.fixture
def web(stage: Stage) -> httpx.AsyncClient:
    """Somebody with a key and a version."""
    headers = {"x-api-key": stage.models.api_key, "anthropic-version": "2023-06-01"}
    return httpx.AsyncClient(base_url=stage.url, headers=headers)


async def test_answers_and_faults_are_scripted_and_requests_are_seen(web: httpx.AsyncClient) -> None:
    async with web:
        replies = [{"text": "Kim rang."}, {"stop_reason": "refusal", "category": "bio"}]
        state = (await web.put("/control/replies", json={"replies": replies})).json()
        assert [reply["text"] for reply in state["replies"]] == ["Kim rang.", ""]
        fault = {"does": {"type": "Refusal", "status": 429, "kind": "rate_limit_error", "retry_after": "7"}}
        assert (await web.put("/control/faults", json={"faults": [fault]})).json()["faults"][0]["times"] == 1
        answers = [await web.post("/v1/messages", json=HELLO) for _ in range(4)]
        state = (await web.get("/control/state")).json()
    assert [answer.status_code for answer in answers] == [429, 200, 200, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert answers[0].headers["anthropic-ratelimit-requests-remaining"] == "0"
    assert [answer.json()["stop_reason"] for answer in answers[1:]] == ["end_turn", "refusal", "end_turn"]
    assert (state["replies"], state["faults"]) == ([], [])
    assert [one["request_id"] for one in state["asked"]] == [one.headers["request-id"] for one in answers[:0:-1]]
    assert not {"authorization", "x-api-key"} & state["asked"][0]["headers"].keys()


async def test_a_model_is_retired_by_hand(web: httpx.AsyncClient) -> None:
    async with web:
        await web.put("/control/models", json={"id": MODEL, "display_name": "S", "lifecycle": "retired"})
        answer = await web.post("/v1/messages", json=HELLO)
        told = await web.get(f"/v1/models/{MODEL}")
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, f"model: {MODEL}")
    assert told.json()["lifecycle"] == "retired"


async def test_mistakes_are_told(web: httpx.AsyncClient) -> None:
    async with web:
        wrong = [
            await web.post("/v1/messages", content=b"{"),
            await web.post("/v1/messages", content=b"[]"),
            await web.post("/v1/messages", json={}),
            await web.post("/v1/messages", json={key: HELLO[key] for key in ("model", "messages")}),
            await web.post("/v1/messages", json=HELLO | {"system": [{"type": "image"}]}),
            await web.post("/v1/messages", json=HELLO, headers={"anthropic-version": "yesterday"}),
            await web.get("/v1/models", params={"limit": "0"}),
            await web.get("/v1/models", params={"after_id": "nobody"}),
            await web.get("/v1/models", params={"lifecycle": "asleep"}),
            await web.get("/v1/models/nobody"),
            await web.get("/v1/files"),
            await web.put("/control/replies", json={"replies": 1}),
        ]
    assert [answer.status_code for answer in wrong] == [400] * 9 + [404, 404, 400]
    assert all(answer.json()["type"] == "error" for answer in wrong[:-1])


async def test_the_older_version_takes_a_temperature(web: httpx.AsyncClient) -> None:
    async with web:
        assert (await web.post("/v1/messages", json=HELLO | {"temperature": 1.0})).status_code == 200


async def test_any_key_will_do_unless_it_is_strict() -> None:
    app: Any = create_sandbox_app(anthropic_part(AnthropicSandbox()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox.test") as web:
        statuses = [
            (await web.get("/anthropic/v1/models", headers={"anthropic-version": "2026-10-21"} | key)).status_code
            for key in ({"x-api-key": "any"}, {"authorization": "Bearer any"}, {})
        ]
        page = (await web.get("/")).text
    assert statuses == [200, 200, 401]
    assert 'id="anthropic-reply"' in page
    assert re.findall(r"(?:src|href)=|@import|https?://", page) == []


def test_faults_wait_for_their_path_and_their_turn() -> None:
    faults = Faults()
    faults.add(Fault(does=Hang(), path="/models", skips=1), Fault(does=Refusal(), times=2), Fault(does=Hang(), times=0))
    struck = [faults.strike(path) for path in ("/messages", "/models", "/models", "/models")]
    assert [type(fault).__name__ for fault in struck] == ["Refusal", "Refusal", "Hang", "NoneType"]
    assert not faults.waiting

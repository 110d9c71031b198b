"""The judge itself: applications that do wrong, each in one way, and what is said of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fuzz import campaign
from tests.fuzz.client import Request, call
from tests.fuzz.judge import faults
from tests.fuzz.target import AUTH_TOKEN, BASE_URL, Target

PROBLEM = {"type": f"{BASE_URL}/problems/not-found", "status": 404, "title": "", "detail": "", "error": "Not here"}
ASKED = Request(method="GET", target=b"/api/voice/calls/x", headers=((b"host", b"titus.example.org.au"),))


def answers(status: int, body: object = b"", kind: bytes = b"application/problem+json") -> Any:
    """An application that always answers so."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        await send({"type": "http.response.body", "body": content})

    return app


async def said(app: Any, request: Request = ASKED) -> str:
    return " ".join(faults(request, await call(app, request), ["the token of a session"]))


async def test_a_decent_refusal_is_fine() -> None:
    assert await said(answers(404, PROBLEM)) == ""
    assert await said(answers(200, b"[]", b"application/json")) == ""


@pytest.mark.parametrize(
    ("status", "body", "complaint"),
    [
        (500, PROBLEM, "answered 500"),
        (503, PROBLEM, "answered 503"),
        (501, {**PROBLEM, "type": f"{BASE_URL}/problems/not-built", "status": 501}, "answered 501"),
        (404, b"", "is no known problem"),
        (404, {**PROBLEM, "status": 400}, "is no known problem"),
        (404, {**PROBLEM, "type": f"{BASE_URL}/problems/unheard-of"}, "is no known problem"),
        (404, {**PROBLEM, "detail": AUTH_TOKEN}, "shows 'an auth token"),
        (404, {**PROBLEM, "detail": "the token of a session"}, "shows 'the token of a session'"),
    ],
)
async def test_a_bad_answer_is_complained_of(status: int, body: Mapping[str, object], complaint: str) -> None:
    assert complaint in await said(answers(status, body))


async def test_what_is_not_built_yet_may_say_so() -> None:
    planned = replace(ASKED, target=b"/api/leads")
    body = {**PROBLEM, "type": f"{BASE_URL}/problems/not-built", "status": 501}
    assert await said(answers(501, body), planned) == ""
    assert "answered 501" in await said(answers(501, b""), planned)


async def test_an_exception_and_silence_are_complained_of() -> None:
    async def raises(scope: Any, receive: Any, send: Any) -> None:
        raise KeyError("a bug")

    async def says_nothing(scope: Any, receive: Any, send: Any) -> None:
        await receive()

    assert "raised KeyError" in await said(raises)
    assert "did not answer" in await said(says_nothing)


async def test_slowness_is_complained_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.judge.SECONDS", -1.0)
    assert "took" in await said(answers(404, PROBLEM))


def test_a_change_without_the_right_to_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def leaves_a_trace(app: Any, request: Request) -> Any:
        answer = await call(app, request)
        target.store._state.voice_settings[str(len(traces))] = "changed"
        traces.append(request)
        return answer

    traces: list[Request] = []
    target = Target()
    monkeypatch.setattr(campaign, "Target", lambda: target)
    monkeypatch.setattr(campaign, "call", leaves_a_trace)
    found = campaign.campaign(range(50)).found
    assert any("but changed voice_settings" in fault for fault in found)


def test_a_failure_behind_a_good_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object, **__: object) -> object:
        raise KeyError("a bug that the caller does not hear of")

    target = Target()
    monkeypatch.setattr(campaign, "Target", lambda: target)
    monkeypatch.setattr("titus_core.calls.answer_call.arrive", fails)
    found = campaign.campaign(range(1000)).found
    assert any("a bug that the caller does not hear of" in fault for fault in found)

"""What the fuzzer found, kept: the framework answered each of these with a 500."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fuzz.client import Request, call
from tests.fuzz.judge import faults
from tests.fuzz.target import Target
from titus_core.accounts.model import Role

HOST = (b"host", b"titus.example.org.au")
JSON = (b"content-type", b"application/json")
LOGIN = Request(method="POST", target=b"/api/auth/login", headers=(HOST, JSON), chunks=(b"{}",))
PAGE = Request(method="GET", target=b"/index.html", headers=(HOST,))


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        pytest.param(replace(LOGIN, leaves=True), 400, id="a client that leaves in mid-body"),
        pytest.param(
            Request(method="POST", target=b"/api/voice/elevenlabs/initiation", headers=(HOST,), leaves=True),
            400,
            id="a provider that leaves in mid-body",
        ),
        pytest.param(
            replace(LOGIN, headers=((b"host", b"titus.example.org.au:port"), JSON), chunks=(b"7",)),
            400,
            id="a port that is no number, and a body that does not fit",
        ),
        pytest.param(replace(PAGE, target=b"/" + b"a" * 300), 404, id="a page with a name too long for any file"),
        pytest.param(replace(PAGE, target=b"/index.html/more"), 404, id="a page below a page"),
        pytest.param(replace(PAGE, target=b"/%00"), 404, id="a page with NUL in its name"),
        pytest.param(PAGE, 200, id="a page"),
    ],
)
async def test_what_was_found_stays_mended(asked: Request, status: int) -> None:
    await _is_answered(asked, status)


async def test_a_query_that_is_no_text() -> None:
    await _is_answered(Request(method="GET", target=b"/api/voice/calls?since=\xff", headers=(HOST,)), 400)


async def test_a_webhook_with_a_slash_at_its_end_is_nothing_that_is_planned() -> None:
    await _is_answered(Request(method="POST", target=b"/api/voice/webhook/transcription/", headers=(HOST,)), 404)


async def _is_answered(request: Request, status: int) -> None:
    target = await Target().open()
    token = (b"authorization", f"Bearer {target.tokens[Role.SUPERADMIN]}".encode())
    request = replace(request, headers=(*request.headers, token))
    with target.listening():
        answer = await call(target.app, request)
    assert answer.status == status
    assert faults(request, answer, target.tokens.values()) + target.errors == []

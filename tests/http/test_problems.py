"""Errors as answers, and input that breaks frameworks."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar, get
from litestar.testing import TestClient

from tests.http.staff_app import Staff
from titus_core.kernel.errors import Invalid, NotConfigured, ReadAfterWrite, TooMany, Unavailable
from titus_http.problems import Malformed, exception_handlers, status_of
from titus_http.routes.hunt_group_body import GroupBody
from titus_http.security.requests import MAX_BODY, MAX_DEPTH, check

GROUPS = "/api/voice/hunt-groups"


def answer_to(error: Exception) -> Any:
    @get("/")
    async def fail() -> None:
        raise error

    handlers = exception_handlers("https://titus.example", lambda method, path: False)
    app = Litestar([fail], exception_handlers=handlers, openapi_config=None, logging_config=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        return client.get("/")


def test_a_problem_is_readable_by_new_and_by_today_s_clients() -> None:
    answer = answer_to(Invalid("name", "must have 1 to 100 characters"))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "type": "https://titus.example/problems/invalid",
        "title": "The input is not valid",
        "status": 422,
        "detail": "name: must have 1 to 100 characters",
        "error": "name: must have 1 to 100 characters",
        "field": "name",
        "reason": "must have 1 to 100 characters",
    }


def test_an_error_s_data_cannot_pass_for_the_problem_itself() -> None:
    body = answer_to(NotConfigured(missing=["TWILIO_AUTH_TOKEN"], status=200, type="x", error="fine")).json()
    assert (body["status"], body["missing"]) == (501, ["TWILIO_AUTH_TOKEN"])
    assert body["type"].endswith("/problems/not-configured")
    assert body["error"] == body["detail"]


def test_a_failure_is_logged_and_its_details_are_not_told(caplog: pytest.LogCaptureFixture) -> None:
    for error in (RuntimeError("the secret is 42"), ReadAfterWrite("the secret is 42")):
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            answer = answer_to(error)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.json()["reference"] in caplog.text
        assert "the secret is 42" in caplog.text


def test_who_should_come_back_later_is_told_when() -> None:
    assert answer_to(Unavailable()).headers["retry-after"] == "1"
    assert answer_to(TooMany(retry_after=30)).headers["retry-after"] == "30"


def test_the_status_is_looked_up_along_the_classes() -> None:
    class NotYet(Unavailable):
        """A kind of error that the table does not name."""

    assert status_of(NotYet) == 503


def test_a_broken_store_is_503_and_not_500(staff: Staff) -> None:
    sam = staff.sam
    staff.world.store.faults.before_commit()
    assert staff.client.post(GROUPS, headers=sam, json={"name": "x"}).status_code == 503


# --- input that breaks frameworks


def deep(depth: int) -> bytes:
    return b'{"name":' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b'{"name":"\xff"}', 400),
        (b'{"name":"\\ud800"}', 400),
        (b'{"name":"a\\u0000b"}', 400),
        (b'{"name":NaN}', 400),
        (b'{"ringSeconds":' + b"9" * 5000 + b"}", 400),
        (b'{"ringSeconds":1e400}', 400),
        (deep(MAX_DEPTH), 400),
        (deep(1_000), 400),
        (deep(100_000), 400),
        (b"[" * 100_000, 400),
        (b'{"name":"' + b"[" * 200 + b'"}', 422),
        (b'{"name":"' + b" " * MAX_BODY + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_read_is_the_client_s_mistake(staff: Staff, body: bytes, status: int) -> None:
    answer = staff.client.post(GROUPS, headers=staff.sam, content=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=klingon",
        "multipart/form-data",
        "multipart/form-data; boundary=x; charset=klingon",
        "application/x-www-form-urlencoded",
        "application/x-msgpack",
        "text/plain; charset=",
        ";;;",
        "a" * 5000,
    ],
)
def test_a_strange_content_type_is_never_a_failure_of_ours(staff: Staff, kind: str) -> None:
    sam = staff.sam | {"Content-Type": kind}
    for body in (b'{"name":"x"}', b"\xff\xfe", b"--x\r\nContent-Type: text/plain; charset=klingon\r\n\r\nx\r\n--x--"):
        assert staff.client.post(GROUPS, headers=sam, content=body).status_code < 500


@pytest.mark.parametrize(
    "name", ["authorization", "x-auth-token", "cookie", "origin", "host", "if-match", "content-type"]
)
@pytest.mark.parametrize("value", [b"\xff\xfe", b"", b"\x00", b"a" * 10_000, b"Bearer ", b"authToken=\xff; ;=", b"[::"])
def test_a_strange_header_is_never_a_failure_of_ours(staff: Staff, name: str, value: bytes) -> None:
    headers = [(b"host", b"titus.example")] if name != "host" else []
    for path in ("/api/auth/me", "/api/voice/presence", "/api/auth/logout"):
        status = asyncio.run(
            _raw(staff, "POST" if "me" not in path else "GET", path, [*headers, (name.encode(), value)])
        )
        assert status < 500


async def _raw(staff: Staff, method: str, path: str, headers: list[tuple[bytes, bytes]]) -> int:
    """The status of a request as no client library would send it."""
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.1", 1),
        "server": ("titus.example", 443),
        "state": {},
    }
    await staff.world.app(scope, receive, send)
    return statuses[0]


@given(st.binary(max_size=300))
def test_the_bounds_hold_for_any_bytes(body: bytes) -> None:
    try:
        check(body)
    except Malformed:
        return
    body.decode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.sampled_from(GroupBody.__struct_encode_fields__)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.dictionaries(FIELDS, JSON, max_size=4))
def test_no_json_makes_titus_fail(staff: Staff, body: dict[str, Any]) -> None:
    raw = json.dumps(body).encode()
    path = staff.client
    for method, where in (("POST", GROUPS), ("POST", "/api/call-workflow/groups"), ("POST", "/api/auth/login")):
        status = path.request(method, where, headers=_sam(staff), content=raw).status_code
        assert status < 500, (where, body)


_TOKENS: dict[int, dict[str, str]] = {}


def _sam(staff: Staff) -> dict[str, str]:
    return _TOKENS.setdefault(id(staff.world), staff.sam)

"""What an answer that is no success means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from titus_adapters.elevenlabs.refusals import Fault, fault, refused
from titus_core.kernel.errors import NotFound, TitusError, Unavailable

QUOTA = b'{"detail": {"status": "quota_exceeded", "message": "You have 0 credits left"}}'


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("0", 0.0), ("7", 7.0), (" 7 ", 7.0), ("", None), ("soon", None), ("-3", None), ("٣", None), ("1.5", None)],
)
def test_when_to_come_back_in_seconds(told: str, seconds: float | None) -> None:
    # Encoded, as a header arrives in bytes, whatever is in it.
    response = httpx.Response(429, headers=[(b"retry-after", told.encode())])
    assert refused(response, b"").data["retry_after"] == seconds


@pytest.mark.parametrize(("ahead", "seconds"), [(60, 60.0), (-60, 0.0)])
def test_when_to_come_back_as_a_date(ahead: int, seconds: float) -> None:
    at = datetime.now(UTC) + timedelta(seconds=ahead)
    for told in (format_datetime(at), format_datetime(at, usegmt=True)):
        response = httpx.Response(503, headers={"retry-after": told})
        assert refused(response, b"").data["retry_after"] == pytest.approx(seconds, abs=5)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (QUOTA, "quota_exceeded"),
        (b"", ""),
        (b"<html>", ""),
        (b"null", ""),
        (b"[" * 5000, ""),
        (b"\xff", ""),
        (b'{"detail": "Not Found"}', ""),
        (b'{"detail": [{"loc": ["body"], "msg": "Field required"}]}', ""),
        (b'{"detail": {"status": 7}}', ""),
        (b'{"detail": {"status": "Sam Example, +61491570006"}}', ""),
    ],
)
def test_the_reason_is_a_word_or_nothing(body: bytes, reason: str) -> None:
    error = refused(httpx.Response(400), body)
    assert error.data["reason"] == reason
    assert str(error) == f"ElevenLabs answered 400{f' ({reason})' if reason else ''}"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"detail": {"status": "conversation_not_found", "message": "Conversation not found"}}', NotFound),
        (b'{"detail": "Conversation not found"}', NotFound),
        (b'{"detail": "Not Found"}', Unavailable),
        (b"<html>404</html>", Unavailable),
        (b"{}", Unavailable),
        (b"", Unavailable),
    ],
)
def test_only_elevenlabs_itself_can_say_that_something_is_gone(body: bytes, kind: type[TitusError]) -> None:
    error = refused(httpx.Response(404), body)
    assert type(error) is kind
    assert fault(error) is Fault.SHUT


def test_a_410_is_no_404() -> None:
    assert isinstance(refused(httpx.Response(410), b'{"detail": "gone"}'), Unavailable)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, b"", Fault.SHUT),
        (402, b"", Fault.SHUT),
        (403, b"", Fault.SHUT),
        (404, b"", Fault.SHUT),
        (400, QUOTA, Fault.SHUT),
        (400, b"", Fault.OURS),
        (422, b"", Fault.OURS),
        (408, b"", Fault.UNWELL),
        (429, b"", Fault.UNWELL),
        (500, b"", Fault.UNWELL),
        (302, b"", Fault.UNWELL),
    ],
)
def test_what_it_says_of_the_next_request(status: int, body: bytes, expected: Fault) -> None:
    assert fault(refused(httpx.Response(status), body)) is expected


def test_what_never_arrived_says_that_the_service_is_unwell() -> None:
    assert fault(Unavailable("ElevenLabs could not be reached", provider="elevenlabs")) is Fault.UNWELL

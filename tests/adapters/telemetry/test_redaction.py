"""What leaves a log line, and what stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.telemetry.examples import AROUND, KEPT, PLAIN_EMAILS, SECRETS, australian_numbers, spellings
from titus_adapters.telemetry.redaction import Redactor

redact = Redactor()


def digits_of(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}|\D", "", text)


@given(australian_numbers(), AROUND)
def test_no_australian_number_survives_and_its_last_three_digits_do(number: tuple[str, str], around: str) -> None:
    spelling, significant = number
    told = redact(around.format(spelling))
    assert significant not in digits_of(told)
    assert digits_of(told) == significant[-3:]


@given(st.integers(1, 9), st.text("0123456789", min_size=7, max_size=13), AROUND)
def test_no_international_number_survives(first: int, rest: str, around: str) -> None:
    told = redact(around.format(f"+{first}{rest}"))
    assert digits_of(told) == rest[-3:]


@given(PLAIN_EMAILS, AROUND)
def test_nothing_of_an_email_address_survives(address: str, around: str) -> None:
    told = redact(around.format(address))
    assert "[email]" in told
    assert "@" not in told
    assert address.partition("@")[2] not in told


@given(st.emails(), AROUND)
def test_not_even_an_odd_email_address_survives(address: str, around: str) -> None:
    assert address not in redact(around.format(address))


@given(SECRETS, AROUND)
def test_no_configured_secret_survives_however_it_is_quoted(secret: str, around: str) -> None:
    hide = Redactor(["another secret", secret])
    for spelling in spellings(secret):
        told = hide(around.format(spelling))
        assert not any(each in told for each in spellings(secret))


@given(KEPT, AROUND)
def test_ids_times_counts_and_words_stay_as_they_are(kept: str, around: str) -> None:
    assert redact(around.format(kept)) == around.format(kept)


@given(st.lists(st.one_of(KEPT, PLAIN_EMAILS, australian_numbers().map(lambda number: number[0]))))
def test_redacting_twice_changes_nothing_more(parts: list[str]) -> None:
    once = redact("; ".join(parts))
    assert redact(once) == once


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("authorization: Bearer abcdefgh", "authorization: ***"),
        ("Authorization: Basic QUMxOnRva2Vu", "Authorization: ***"),
        ("sent Bearer abcdefgh.ijkl along", "sent Bearer *** along"),
        ("X-Twilio-Signature: 0/KCTR6DLpKmkAf8muzZqo1nDgQ=", "X-Twilio-Signature: ***"),
        ("it was 0/KCTR6DLpKmkAf8muzZqo1nDgQ= and wrong", "it was *** and wrong"),
        ("(b'xi-api-key', b'abc')", "(b'xi-api-key', b***)"),
        ("{'token': 'two words', 'call_sid': 'CA1'}", "{'token': ***, 'call_sid': 'CA1'}"),
        ("GET /x?callSid=CA1&token=abc&step=2", "GET /x?callSid=CA1&token=***&step=2"),
        ("https://b.test/x?X-Amz-Signature=ab&X-Amz-Date=20261123T010000Z", None),
        ("https://x.test/?sv=2026&sig=a%2Fb&sp=r", "https://x.test/?sv=2026&sig=***&sp=r"),
        ("postgresql://ada:pw@db.test/titus", "postgresql://db.test/titus"),
        (f"session {'0a' * 32}", "session ***"),
        (f"key sk_{'0a' * 20}", "key ***"),
        ("key sk-ant-api03-abcdefghijklmnop", "key ***"),
        (f"/api/voice/calls/audio/MTc2NDAwMDAwMDphYmM.{'aB3_-' * 8}abc", "/api/voice/calls/audio/***"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "***"),
        ("To=client:user_7&x=1", "To=client:***&x=1"),
        ("client%3Auser_7", "client%3A***"),
        ("NDIS number 430 123 456", "NDIS number ***"),
        ("sip:ada@titus.sip.example.com", "sip:[email]"),
        ("1300 555 001", "***001"),
        ("texted +61491570006 3 times, 0491 570 156 12 times", "texted ***006 3 times, ***156 12 times"),
    ],
)
def test_what_opens_a_door_or_names_a_person_is_hidden(text: str, told: str | None) -> None:
    expected = told or "https://b.test/x?X-Amz-Signature=***&X-Amz-Date=20261123T010000Z"
    assert redact(text) == expected


def test_a_link_that_titus_signs_is_hidden() -> None:
    from datetime import UTC, datetime

    from titus_http.security.links import LinkSigner

    word = LinkSigner("a key").sign("recording", "recordings/CA1/RE1.mp3", datetime(2026, 11, 23, tzinfo=UTC))
    assert redact(f"GET /api/voice/calls/audio/{word} failed") == "GET /api/voice/calls/audio/*** failed"


def test_lists_and_mappings_are_gone_through_with_their_keys() -> None:
    given_ = {"to": ["+61491570006", 7, 1.5, None, True], "password": "x", "+61491570156": {"n": 61491570006}, "o": {3}}
    assert redact.deeply(given_) == {
        "to": ["***006", 7, 1.5, None, True],
        "password": "***",
        "***156": {"n": "***006"},
        "o": [3],
    }


@pytest.mark.parametrize(
    "piece", ["a-1", "0", "+1 ", "eyJ", "MT", "x@", "://", "token", "client:", "'", "%40", '"token": ']
)
def test_no_text_keeps_it_busy(piece: str) -> None:
    """Sixty thousand characters of anything end: a pattern that tries everything would not in years."""
    redact(piece * (60_000 // len(piece)))

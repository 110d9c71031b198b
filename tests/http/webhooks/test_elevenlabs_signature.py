"""ElevenLabs signatures: the shared vectors, the window, and nothing that raises."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titus_http.webhooks.elevenlabs.signature import NEWEST, OLDEST, ElevenLabsVerifier, Verdict

SHARED = Path(__file__).parents[4] / "shared/reference/elevenlabs/signature_vectors.json"
SECRET = "wsec_of_these_tests"
BODY = '{"type":"post_call_transcription","note":"café — 6 pm"}'.encode()
SENT_AT = 1795400100
NOW = datetime.fromtimestamp(SENT_AT, UTC)

anything = st.text(st.characters(), max_size=120)


def vectors() -> list[Any]:
    if not SHARED.exists():
        skip = pytest.mark.skip(reason="the shared reference ../shared/reference/elevenlabs is not here")
        return [pytest.param("", {}, marks=skip)]
    known = json.loads(SHARED.read_text())
    return [pytest.param(known["secret"], vector, id=vector["name"]) for vector in known["vectors"]]


def signed(body: bytes = BODY, sent_at: object = SENT_AT, secret: str = SECRET) -> str:
    return hmac.digest(secret.encode(), f"{sent_at}.".encode() + body, "sha256").hex()


def verdict(header: str | None, body: bytes = BODY, now: datetime = NOW, secret: str = SECRET) -> Verdict:
    return ElevenLabsVerifier(secret).verify(body, header, now)


@pytest.mark.parametrize(("secret", "vector"), vectors())
def test_a_shared_vector(secret: str, vector: dict[str, Any]) -> None:
    now = datetime.fromtimestamp(vector["now"], UTC)
    body = base64.b64decode(vector["raw_body_base64"])
    assert bool(ElevenLabsVerifier(secret).verify(body, vector["header"], now)) is (vector["expect"] == "accept")


@given(st.binary(max_size=300), st.text(min_size=1).filter(str.strip), st.integers(-300, 1800))
def test_what_the_vendor_signed_lately_is_accepted(body: bytes, secret: str, age: int) -> None:
    header = f"t={SENT_AT},v0={signed(body, secret=secret)}"
    assert verdict(header, body, NOW + timedelta(seconds=age), secret) is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (OLDEST, Verdict.ACCEPTED),
        (OLDEST + timedelta(milliseconds=1), Verdict.OUTSIDE_WINDOW),
        (-NEWEST, Verdict.ACCEPTED),
        (-NEWEST - timedelta(milliseconds=1), Verdict.OUTSIDE_WINDOW),
    ],
)
def test_the_window_includes_its_ends(age: timedelta, expected: Verdict) -> None:
    assert verdict(f"t={SENT_AT},v0={signed()}", now=NOW + age) is expected


def test_one_request_leaves_nothing_behind_for_the_next() -> None:
    verifier = ElevenLabsVerifier(SECRET)
    header = f"t={SENT_AT},v0={signed()}"
    assert not verifier.verify(b"forged", header, NOW)
    assert [verifier.verify(BODY, header, NOW) for _ in range(2)] == [Verdict.ACCEPTED] * 2


def test_every_flipped_bit_is_refused() -> None:
    header = f"t={SENT_AT},v0={signed()}"
    for changed in flips(BODY):
        assert not verdict(header, changed)
    for changed in flips(header.encode()):
        assert not verdict(changed.decode("latin-1"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Verdict.UNSIGNED),
        ("", Verdict.UNSIGNED),
        (f"t={SENT_AT}", Verdict.MALFORMED),
        (f"v0={signed()}", Verdict.MALFORMED),
        (f"t={SENT_AT},t={SENT_AT},v0={signed()}", Verdict.MALFORMED),
        (f"t=+{SENT_AT},v0={signed(sent_at=f'+{SENT_AT}')}", Verdict.MALFORMED),
        (f"t=1_795_400_100,v0={signed(sent_at='1_795_400_100')}", Verdict.MALFORMED),
        ("t=١٧٩٥٤٠٠١٠٠,v0=" + signed(sent_at="١٧٩٥٤٠٠١٠٠"), Verdict.MALFORMED),
        (f"t={'9' * 5000},v0={signed()}", Verdict.MALFORMED),
        (f"t={SENT_AT},V0={signed()}", Verdict.MALFORMED),
        (f"t={SENT_AT},v0=", Verdict.MISMATCH),
        (f"t={SENT_AT},v0=é", Verdict.MISMATCH),
        (f"t={SENT_AT},v0=\udc80", Verdict.MISMATCH),
        (f"t={SENT_AT},v0={signed()[:-1]}", Verdict.MISMATCH),
        (f"t={SENT_AT},v0={signed(secret='another')}", Verdict.MISMATCH),
        (f"t={SENT_AT},v0={'0' * 64},v0={signed()}", Verdict.ACCEPTED),
        (f"t={SENT_AT},v1=later,v0={signed()}", Verdict.ACCEPTED),
    ],
)
def test_a_header_must_be_exactly_as_documented(header: str | None, expected: Verdict) -> None:
    assert verdict(header) is expected


@pytest.mark.parametrize("secret", ["", "  \n"])
def test_without_a_secret_nothing_is_accepted(secret: str) -> None:
    refused = verdict(f"t={SENT_AT},v0={signed(secret=secret)}", secret=secret)
    assert refused is Verdict.UNCONFIGURED
    assert refused.refusal_status == 503


def test_only_our_own_omission_invites_a_retry() -> None:
    refusals = set(Verdict) - {Verdict.ACCEPTED, Verdict.UNCONFIGURED}
    assert {refusal.refusal_status for refusal in refusals} == {401}


@given(st.binary(max_size=60), st.none() | anything | anything.map("t=1795400100,v0={}".format))
def test_no_header_and_no_body_raise(body: bytes, header: str | None) -> None:
    assert not verdict(header, body)


def flips(data: bytes) -> list[bytes]:
    """The data with each of its bits turned in turn."""
    number = int.from_bytes(data, "big")
    return [(number ^ 1 << bit).to_bytes(len(data), "big") for bit in range(8 * len(data))]

"""Twilio signatures: the vendor's validator and the shared vectors are the oracle."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from titus_http.webhooks.twilio.body import Form, Malformed, parse_form
from titus_http.webhooks.twilio.signature import TwilioVerifier, Verdict

SHARED = Path(__file__).parents[4] / "shared/reference/twilio/payloads"
FORM = "application/x-www-form-urlencoded"
BASE = "https://titus.example.org.au"
TOKEN = "token-of-these-tests"
KEY_ID = "webhooks_sharedkey_1"
SETTINGS = f"key={KEY_ID},algorithm=HMAC_SHA256"
TARGET = b"/api/voice/webhook/hunt-step?callSid=CA1&step=1&from=%2B61491570006"
FIELDS = {
    "CallSid": "CA1",
    "From": "+61491570006",
    "FromZip": "",
    "Body": "  Thanks 🙏 – see you at 3pm \n",
    "DialCallStatus": "no-answer",
}
SIGNED_BY_SHARED_KEY = TwilioVerifier((), {KEY_ID: TOKEN}, BASE)

characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
fields_sent = st.dictionaries(st.text(characters, max_size=12), st.text(characters, max_size=20), max_size=8)
tokens = st.text(characters, min_size=1, max_size=40).filter(str.strip)
hosts = st.sampled_from(["titus.example.org.au", "titus.example.org.au:8443", "localhost:80", "10.0.0.1", "h:443"])
bases = st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), hosts, st.sampled_from(["", "/v1", "/a/b"]))
url_text = st.text("abcXYZ019-._~%/=&+", max_size=20)
targets = st.builds("/{}{}".format, url_text, url_text.map(lambda query: query and f"?{query}"))
anything = st.text(st.characters(), max_size=80)


def vendor_accepts(url: str, params: object, signature: object, token: str = TOKEN, algorithm: str = "") -> bool:
    """The vendor's verdict; it raises on what it does not expect, which is a refusal too."""
    with suppress(TypeError, ValueError, AttributeError):
        return bool(RequestValidator(token).validate(url, params, signature, algorithm or None))
    return False


def vendor_signs(url: str, params: object = None, token: str = TOKEN, algorithm: str = "HMAC_SHA1") -> str:
    return str(RequestValidator(token).compute_signature(url, params, algorithm))


def form_of(fields: dict[str, str]) -> Form:
    form = parse_form(urlencode(fields).encode(), FORM)
    assert isinstance(form, Form)
    return form


def verdict(
    verifier: TwilioVerifier | None = None,
    target: bytes | str = TARGET,
    form: Form | None = None,
    body: bytes = b"",
    signature: str | None = None,
    settings: str | None = None,
) -> Verdict:
    verifier = verifier or TwilioVerifier((TOKEN,), {}, BASE)
    return verifier.verify(target, form, body, signature=signature, settings=settings)


def flips(data: bytes) -> list[bytes]:
    """The data with each of its bits turned in turn."""
    number = int.from_bytes(data, "big")
    return [(number ^ 1 << bit).to_bytes(len(data), "big") for bit in range(8 * len(data))]


# ── the shared vectors ──────────────────────────────────────────────────────────────────────────────────────────────


def shared(pattern: str) -> list[Any]:
    paths = sorted(SHARED.glob(pattern))
    if not paths:
        skip = pytest.mark.skip(reason="the shared reference ../shared/reference/twilio is not here")
        return [pytest.param({}, marks=skip)]
    found = [json.loads(path.read_bytes()) for path in paths]
    vectors = found[0] if isinstance(found[0], list) else found
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


def split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", url.removeprefix(f"{parts.scheme}://{parts.netloc}")


@pytest.mark.parametrize("vector", shared("_signature_known_answers.json"))
def test_a_known_answer(vector: dict[str, Any]) -> None:
    base, target = split(vector["url"])
    algorithm = vector.get("algorithm", "HMAC_SHA1")
    by_shared_key = algorithm == "HMAC_SHA256"
    verifier = (
        TwilioVerifier((), {KEY_ID: vector["auth_token"]}, base)
        if by_shared_key
        else TwilioVerifier((vector["auth_token"],), {}, base)
    )
    form = form_of(vector["params"]) if "params" in vector else None
    body = vector.get("body", "").encode()
    settings = SETTINGS if by_shared_key else None

    assert bool(verdict(verifier, target, form, body, vector["signature"], settings)) is vector["valid"]
    oracle = vector.get("params", vector.get("body"))
    assert (
        vendor_accepts(vector["url"], oracle, vector["signature"], vector["auth_token"], algorithm) is vector["valid"]
    )


@pytest.mark.parametrize("payload", shared("[a-z]*.json"))
def test_a_payload_is_accepted_and_any_bit_of_its_body_counts(payload: dict[str, Any]) -> None:
    base, target = split(payload["url"])
    verifier = TwilioVerifier((payload["auth_token"],), {}, base)
    body = urlencode(payload["params"]).encode()
    signature = payload["headers"]["X-Twilio-Signature"]
    form = parse_form(body, payload["content_type"])
    assert isinstance(form, Form)
    assert dict(form.fields) == payload["params"]
    assert verdict(verifier, target, form, body, signature)
    for changed in flips(body)[:: len(payload["params"])]:
        assert not accepted_as_another_form(verifier, target, form, changed, signature)


def accepted_as_another_form(
    verifier: TwilioVerifier, target: str | bytes, original: Form, body: bytes, signature: str
) -> bool:
    """True for the one thing that must not happen. `%2B` and `%2b` are one form, and so one verdict."""
    form = parse_form(body, FORM)
    if isinstance(form, Malformed) or form == original:
        return False
    return bool(verdict(verifier, target, form, body, signature))


# ── what is valid is accepted ───────────────────────────────────────────────────────────────────────────────────────


def test_the_worked_example_of_the_vendors_documentation() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    verifier = TwilioVerifier(("12345",), {}, "https://example.com")
    assert verdict(verifier, b"/myapp.php?foo=1&bar=2", form_of(fields), signature="L/OH5YylLD5NRKLltdqwSvS0BnU=")


@given(bases, targets, fields_sent | st.none(), tokens)
def test_whatever_the_vendor_signs_is_accepted(
    base: str, target: str, fields: dict[str, str] | None, token: str
) -> None:
    form = None if fields is None else form_of(fields)
    signature = vendor_signs(base + target, fields, token)
    verifier = TwilioVerifier(("old", token), {"k": "s"}, base)
    assert verdict(verifier, target, form, signature=signature) is Verdict.ACCEPTED
    assert verdict(verifier, target.encode(), form, signature=signature) is Verdict.ACCEPTED


@given(bases, targets, fields_sent, tokens)
def test_whatever_the_vendor_signs_with_a_shared_key_is_accepted(
    base: str, target: str, fields: dict[str, str], token: str
) -> None:
    signature = vendor_signs(base + target, fields, token, "HMAC_SHA256")
    verifier = TwilioVerifier((TOKEN,), {"other": "s", KEY_ID: token}, base)
    assert verdict(verifier, target, form_of(fields), signature=signature, settings=SETTINGS) is Verdict.ACCEPTED


@given(bases, bases, targets, targets, fields_sent, fields_sent, tokens, tokens, st.lists(st.booleans(), min_size=4))
def test_the_verdict_is_the_vendors(
    base: str,
    base2: str,
    target: str,
    target2: str,
    fields: dict[str, str],
    fields2: dict[str, str],
    token: str,
    token2: str,
    same: list[bool],
) -> None:
    signature = vendor_signs(
        (base if same[0] else base2) + (target if same[1] else target2),
        fields if same[2] else fields2,
        token if same[3] else token2,
    )
    ours = verdict(TwilioVerifier((token,), {}, base), target, form_of(fields), signature=signature)
    assert bool(ours) is vendor_accepts(base + target, fields, signature, token)


@pytest.mark.parametrize(
    "base", [BASE, f"{BASE}:443", f"{BASE}/", f" {BASE} ", "https://us%65r:p@ss:w@titus.example.org.au"]
)
@pytest.mark.parametrize("signed_base", [BASE, f"{BASE}:443"])
def test_the_port_and_a_password_do_not_matter(base: str, signed_base: str) -> None:
    signature = vendor_signs(signed_base + TARGET.decode(), FIELDS)
    assert verdict(TwilioVerifier((TOKEN,), {}, base), form=form_of(FIELDS), signature=signature)


@pytest.mark.parametrize("signed_base", ["https://[2001:db8::1]", "https://[2001:db8::1]:8443"])
def test_an_address_of_ipv6_works_with_and_without_its_port(signed_base: str) -> None:
    verifier = TwilioVerifier((TOKEN,), {}, "https://[2001:db8::1]:8443")
    assert verdict(verifier, form=form_of(FIELDS), signature=vendor_signs(signed_base + TARGET.decode(), FIELDS))


def test_a_json_body_is_accepted_by_its_hash() -> None:
    body = b'{"CallSid":"CA1"}'
    target = f"/api/x?bodySHA256={sha256(body).hexdigest()}"
    signature = vendor_signs(BASE + target)
    assert verdict(target=target, body=body, signature=signature)
    assert vendor_accepts(BASE + target, body.decode(), signature)
    for changed in flips(body):
        assert verdict(target=target, body=changed, signature=signature) is Verdict.BODY_CHANGED


# ── what is not, is refused ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_flipped_bit_of_body_url_and_signature_is_refused() -> None:
    body, form = urlencode(FIELDS).encode(), form_of(FIELDS)
    signature = vendor_signs(BASE + TARGET.decode(), FIELDS)
    verifier = TwilioVerifier((TOKEN,), {KEY_ID: TOKEN}, BASE)
    assert verdict(verifier, TARGET, form, body, signature)
    for changed in flips(body):
        assert not accepted_as_another_form(verifier, TARGET, form, changed, signature)
    for changed in flips(TARGET):
        assert not verdict(verifier, changed, form, body, signature)
    for changed in flips(signature.encode()):
        assert not verdict(verifier, TARGET, form, body, changed.decode("latin-1"))


@given(bases, targets, fields_sent, st.data())
def test_one_flipped_bit_of_any_request_is_refused(
    base: str, target: str, fields: dict[str, str], data: st.DataObject
) -> None:
    body, form = urlencode(fields).encode(), form_of(fields)
    signature = vendor_signs(base + target, fields)
    verifier = TwilioVerifier((TOKEN,), {}, base)
    assert not verdict(verifier, data.draw(st.sampled_from(flips(target.encode()))), form, body, signature)
    if body:
        changed = data.draw(st.sampled_from(flips(body)))
        assert not accepted_as_another_form(verifier, target, form, changed, signature)
    forged = data.draw(st.sampled_from(flips(signature.encode()))).decode("latin-1")
    assert not verdict(verifier, target, form, body, forged)


@given(fields_sent, tokens, tokens)
def test_another_secret_is_refused(fields: dict[str, str], token: str, other: str) -> None:
    signature = vendor_signs(BASE + "/x", fields, other)
    # HMAC pads keys with NUL; none of these holds one, so distinct text is a distinct key.
    accepted = bool(verdict(TwilioVerifier((token,), {}, BASE), "/x", form_of(fields), signature=signature))
    assert accepted is (token == other)


@pytest.mark.parametrize("signature", [None, ""])
def test_a_missing_signature_is_refused(signature: str | None) -> None:
    assert verdict(form=form_of(FIELDS), signature=signature) is Verdict.UNSIGNED


@pytest.mark.parametrize("signature", [" ", "é" * 28, "\udc80", "=", "A" * 100_000])
def test_an_absurd_signature_is_refused(signature: str) -> None:
    assert verdict(form=form_of(FIELDS), signature=signature) is Verdict.MISMATCH


def test_the_same_digest_spelt_otherwise_is_refused() -> None:
    signature = vendor_signs(BASE + TARGET.decode(), FIELDS)
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".index(signature[-2])
    respelt = f"{signature[:-2]}{chr(ord(signature[-2]) + 1)}="
    assert last % 4 == 0, "the low bits of the last digit carry nothing"
    assert verdict(form=form_of(FIELDS), signature=respelt) is Verdict.MISMATCH
    assert verdict(form=form_of(FIELDS), signature=signature + "\n") is Verdict.MISMATCH


@pytest.mark.parametrize("target", [b"", b"api", b"@evil.example/", "https://evil.example/", b".evil.example/"])
def test_a_target_is_a_path(target: bytes | str) -> None:
    url = BASE + (target if isinstance(target, str) else target.decode())
    assert verdict(target=target, form=form_of({}), signature=vendor_signs(url)) is Verdict.BAD_TARGET


@pytest.mark.parametrize(
    "verifier", [TwilioVerifier((), {}, BASE), TwilioVerifier(("", " "), {"": "s", "k": ""}, BASE)]
)
def test_without_a_secret_nothing_is_accepted(verifier: TwilioVerifier) -> None:
    signature = vendor_signs(BASE + TARGET.decode(), FIELDS, token="")
    assert verdict(verifier, form=form_of(FIELDS), signature=signature) is Verdict.UNCONFIGURED


def test_without_a_base_url_nothing_is_accepted() -> None:
    signature = vendor_signs(TARGET.decode(), FIELDS)
    assert verdict(TwilioVerifier((TOKEN,), {}, ""), form=form_of(FIELDS), signature=signature) is Verdict.UNCONFIGURED


@pytest.mark.parametrize(
    "base_url",
    ["titus.example.org.au", "ftp://h", "https://", "https://h?x=1", "https://h#f", "https://u:secret", "https://a b"],
)
def test_a_base_url_that_is_none_stops_the_start_without_being_quoted(base_url: str) -> None:
    with pytest.raises(ValueError, match=r"^the public base URL must be") as raised:
        TwilioVerifier((TOKEN,), {}, base_url)
    assert base_url not in str(raised.value)


def test_secrets_do_not_show() -> None:
    assert TOKEN not in repr(TwilioVerifier((TOKEN,), {KEY_ID: TOKEN}, BASE))


# ── shared keys: the configuration says how a key signs, never the header ───────────────────────────────────────────


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (SETTINGS, Verdict.ACCEPTED),
        (f" key = {KEY_ID} , algorithm = HMAC_SHA256 ", Verdict.ACCEPTED),
        (f"algorithm=HMAC_SHA256,version=2,key={KEY_ID}", Verdict.ACCEPTED),
        (f"key={KEY_ID},algorithm=HMAC_SHA1", Verdict.WRONG_ALGORITHM),
        (f"key={KEY_ID},algorithm=hmac_sha256", Verdict.WRONG_ALGORITHM),
        (f"key={KEY_ID},algorithm=", Verdict.WRONG_ALGORITHM),
        (f"key={KEY_ID}", Verdict.WRONG_ALGORITHM),
        ("algorithm=HMAC_SHA256", Verdict.UNKNOWN_KEY),
        ("algorithm=HMAC_SHA1", Verdict.UNKNOWN_KEY),
        ("key=another,algorithm=HMAC_SHA256", Verdict.UNKNOWN_KEY),
        (f"key={KEY_ID},key=another,algorithm=HMAC_SHA256", Verdict.UNKNOWN_KEY),
        (f"key={KEY_ID},algorithm=HMAC_SHA256,algorithm=HMAC_SHA1", Verdict.UNKNOWN_KEY),
        ("nonsense", Verdict.UNKNOWN_KEY),
        ("\udc80=,", Verdict.UNKNOWN_KEY),
        ("", Verdict.MISMATCH),
        (None, Verdict.MISMATCH),
    ],
)
def test_a_shared_key_signs_only_as_configured(settings: str | None, expected: Verdict) -> None:
    signature = vendor_signs(BASE + TARGET.decode(), FIELDS, algorithm="HMAC_SHA256")
    assert verdict(SIGNED_BY_SHARED_KEY, form=form_of(FIELDS), signature=signature, settings=settings) is expected


@pytest.mark.parametrize("settings", [None, "", f"key={KEY_ID},algorithm=HMAC_SHA1", SETTINGS])
def test_a_shared_key_cannot_be_talked_down_to_sha1(settings: str | None) -> None:
    signature = vendor_signs(BASE + TARGET.decode(), FIELDS)
    assert not verdict(SIGNED_BY_SHARED_KEY, form=form_of(FIELDS), signature=signature, settings=settings)


def test_an_auth_token_never_signs_as_a_shared_key() -> None:
    verifier = TwilioVerifier((TOKEN,), {KEY_ID: "another"}, BASE)
    signature = vendor_signs(BASE + TARGET.decode(), FIELDS, algorithm="HMAC_SHA256")
    assert verdict(verifier, form=form_of(FIELDS), signature=signature) is Verdict.MISMATCH
    assert verdict(verifier, form=form_of(FIELDS), signature=signature, settings=SETTINGS) is Verdict.MISMATCH


# ── stricter than the vendor, on purpose ────────────────────────────────────────────────────────────────────────────


class Repeating:
    """What a web framework hands the vendor's validator when names repeat."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def __iter__(self) -> Any:
        return iter([name for name, _ in self.pairs])

    def getall(self, name: str) -> list[str]:
        return [value for other, value in self.pairs if other == name]


def test_repeated_names_are_refused_where_the_vendor_collapses_them() -> None:
    signature = vendor_signs(f"{BASE}/x", {"a": "1"})
    assert vendor_accepts(f"{BASE}/x", Repeating(("a", "1"), ("a", "1")), signature)
    assert isinstance(parse_form(b"a=1&a=1", FORM), Malformed)


def test_a_body_that_nothing_signs_is_refused_where_the_vendor_raises() -> None:
    signature = vendor_signs(f"{BASE}/x")
    with pytest.raises(TypeError):
        RequestValidator(TOKEN).validate(f"{BASE}/x", "{}", signature)
    assert verdict(target="/x", body=b"{}", signature=signature) is Verdict.BODY_NOT_SIGNED
    assert verdict(target="/x", signature=signature) is Verdict.ACCEPTED


@pytest.mark.parametrize("query", ["bodySHA256={0}&bodySHA256={0}", "bodySHA256={0}&a=1&a=2", "bodysha256={0}"])
def test_a_body_whose_hash_is_promised_twice_or_unclearly_is_refused(query: str) -> None:
    target = "/x?" + query.format(sha256(b"{}").hexdigest())
    signature = vendor_signs(BASE + target)
    assert verdict(target=target, body=b"{}", signature=signature) is Verdict.BODY_NOT_SIGNED


@pytest.mark.parametrize("target", ["/x?", "/x;"])
def test_a_trailing_mark_is_signed_where_the_vendor_drops_it(target: str) -> None:
    signature = vendor_signs(f"{BASE}/x")
    assert vendor_accepts(BASE + target, {}, signature)
    assert not verdict(target=target, form=form_of({}), signature=signature)
    assert verdict(target=target, form=form_of({}), signature=vendor_signs(BASE + target))


def test_fields_that_sign_alike_are_told_apart_by_the_route_and_not_here() -> None:
    signature = vendor_signs(f"{BASE}/x", {"AB": "C"})
    assert vendor_accepts(f"{BASE}/x", {"A": "BC"}, signature)
    assert verdict(target="/x", form=form_of({"A": "BC"}), signature=signature)


# ── and nothing raises ──────────────────────────────────────────────────────────────────────────────────────────────


@given(
    st.binary(max_size=60) | anything | anything.map("/{}".format),
    st.none() | st.dictionaries(anything, anything, max_size=4).map(Form),
    st.binary(max_size=60),
    st.none() | anything,
    st.none() | anything | anything.map(f"{SETTINGS},{{}}".format),
)
def test_no_request_raises_and_no_guess_is_accepted(
    target: bytes | str, form: Form | None, body: bytes, signature: str | None, settings: str | None
) -> None:
    verifier = TwilioVerifier((TOKEN,), {KEY_ID: TOKEN}, BASE)
    assert not verdict(verifier, target, form, body, signature, settings)


def test_a_refusal_is_false_and_acceptance_true() -> None:
    assert [found for found in Verdict if found] == [Verdict.ACCEPTED]

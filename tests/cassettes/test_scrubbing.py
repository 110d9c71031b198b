"""No cassette holds a secret, or anybody; and what judges that can tell."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from vcr.persisters.filesystem import FilesystemPersister
from vcr.request import Request
from vcr.serializers import yamlserializer

from tests.cassettes.every_cassette import CASSETTES, OWNED, named
from tests.cassettes.kept import API, FIELDS, PICTURE, SCRUBBED, SILENCE
from tests.cassettes.leaks import leaks
from tests.cassettes.made_up import MADE_UP_SID
from tests.cassettes.providers import PROVIDERS
from tests.cassettes.scrubbing import Scrubber
from tests.cassettes.tape import read

LARGEST, LARGEST_OWNED = 16 * 1024, 512 * 1024
"""Bytes. An owner's lists are of a whole day."""

SID = "CA" + "9f" * 16


def scrubber(provider: str = "twilio", **options: Any) -> Scrubber:
    return Scrubber(provider, "http://127.0.0.1:4010/base", **options)


# --- the cassettes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CASSETTES, ids=named)
def test_nothing_in_a_cassette_looks_like_a_secret_or_like_somebody(path: Path) -> None:
    assert list(leaks(read(path))) == []


@pytest.mark.parametrize("path", CASSETTES, ids=named)
def test_scrubbing_a_cassette_again_changes_nothing(path: Path) -> None:
    provider = PROVIDERS[path.parent.name]
    again = Scrubber(path.parent.name, API[path.parent.name], ours=(*provider.ours, *provider.theirs))
    requests, responses, *_ = FilesystemPersister.load_cassette(path, serializer=yamlserializer)
    for request, response in zip(requests, responses, strict=True):
        before = request._to_dict()
        after, scrubbed = again.interaction(request, response)
        assert (after._to_dict(), scrubbed) == (before, response)


@pytest.mark.parametrize("path", CASSETTES, ids=named)
def test_a_cassette_is_small(path: Path) -> None:
    assert path.stat().st_size < (LARGEST_OWNED if path in OWNED else LARGEST)


# --- the judge ------------------------------------------------------------------------------------------------------

SECRETS: dict[str, Any] = {
    "a header": {"Authorization": ["x"]},
    "a key's header": {"xi-api-key": ["x"]},
    "a cookie": {"Set-Cookie": ["x"]},
    "a bearer": "Bearer abcdefgh12345678",
    "basic credentials": "Basic QUM5ZjlmOg==",
    "a key of Anthropic's": "sk-ant-api03-abcdefgh",
    "a key of ElevenLabs'": "sk_0123456789abcdef",
    "a webhook's secret": "wsec_0123456789abcdef",
    "a token of Twilio's": "c0ffee" * 5 + "42",
    "a signed token": "eyJhbGciOiJIUzI1NiJ9",
    "a random text": "J3Pbu5gP6NNKBscdCdwB",
    "a signed address": "https://files.example/1?Signature=abc",
    "an account": "/Accounts/AC" + "9f" * 16,
    "a call": {"sid": SID},
    "a page that names a call": f"PageToken=PA{SID}",
    "a number": "+61000000001",
    "a number in a query": "To=%2B61000000001",
    "a number as people write it": "ring 0400 000 001 now",
    "an address": "zebedee@quill.invalid",
    "a sound": b"\xff\xfbsomebody's voice",
    "something deep inside": {"a": [{"b": ["+61000000001"]}]},
    "something that is a name": {"+61000000001": ""},
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_what_should_not_be_there_is_seen(secret: Any) -> None:
    assert list(leaks(secret))


@pytest.mark.parametrize(
    "harmless",
    [
        *(f"CA{1:032d}", f"conv_{1:026d}", "+61255500001", "+61491570006", "+614915", "2026-11-23T01:00:00Z"),
        *("authorization_method", "ephemeral_5m_input_tokens", "kim@titus.example", SILENCE, PICTURE, 1795399200, None),
    ],
)
def test_what_is_made_up_may_be_there(harmless: Any) -> None:
    assert list(leaks(harmless)) == []


# --- the scrubber ---------------------------------------------------------------------------------------------------


def test_the_same_thing_has_the_same_name_throughout_and_others_have_others() -> None:
    one = scrubber()
    call, other, agent = SID, "CA" + "8e" * 16, "J3Pbu5gP6NNKBscdCdwB"
    told = one.json({"sid": call, "parent_call_sid": other, "call_sid": call, "agent_id": agent, "id": agent})
    assert told["sid"] == told["call_sid"] != told["parent_call_sid"]
    assert all(MADE_UP_SID.fullmatch(told[name]) for name in ("sid", "parent_call_sid"))
    assert told["agent_id"] == told["id"] == "id-1"


def test_numbers_become_reserved_ones_and_reserved_ones_stay() -> None:
    told = scrubber().json({"from": "+61000000001", "to": "+61255500001", "external_number": "+61000000002"})
    assert told == {"from": "+61255500101", "to": "+61255500001", "external_number": "+61255500102"}


def test_dates_of_every_kind_are_moved_alike() -> None:
    told = scrubber("elevenlabs", earlier=timedelta(days=1, seconds=1)).json(
        {
            "date_created": "Tue, 24 Nov 2026 02:00:01 +0000",
            "at": "2026-11-24T02:00:01Z",
            "system__time_utc": "2026-11-24T02:00:01.5+00:00",
            "start_time_unix_secs": 1795485601,
        }
    )
    assert told == {
        "date_created": "Mon, 23 Nov 2026 02:00:00 +0000",
        "at": "2026-11-23T02:00:00Z",
        "system__time_utc": "2026-11-23T02:00:00.500000+00:00",
        "start_time_unix_secs": 1795399200,
    }


def test_addresses_lose_what_identifies_an_account_or_a_place() -> None:
    one = scrubber()
    own = f"http://127.0.0.1:4010/base/2010-04-01/Accounts/{SID}/Calls.json?To=%2B61000000001&Page=1&Body=hello#x"
    assert one.text("uri", own) == (
        f"https://api.twilio.com/2010-04-01/Accounts/CA{1:032d}/Calls.json?To=%2B61255500101&Page=1&Body=scrubbed"
    )
    assert one.text("voice_url", "https://zebedee.quill.invalid/home?x=1") == "https://elsewhere.example/"
    assert one.text("voice_url", "https://titus.example/voice#rc=2") == "https://titus.example/voice#rc=2"
    assert one.text("body", "https://titus.example/voice") == SCRUBBED
    assert one.text("sms_url", "/home/zebedee") == SCRUBBED


def exchange(body: bytes, kind: str, provider: str = "twilio") -> tuple[Request, dict[str, Any]]:
    request = Request("GET", "https://api.twilio.com/", b"", {"Authorization": "Basic abc", "User-Agent": "titus"})
    headers = {"Content-Type": [kind], "Set-Cookie": ["a=b"], "Date": ["now"], "Retry-After": ["7"]}
    response = {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": {"string": body}}
    return scrubber(provider).interaction(request, response)


def test_of_headers_next_to_nothing_stays() -> None:
    request, response = exchange(b"{}", "application/json")
    assert dict(request.headers) == {}
    assert response["headers"] == {"content-type": ["application/json"], "retry-after": ["7"]}


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("audio/mpeg", b"\xff\xfb a voice", SILENCE),
        ("image/png", b"a face", PICTURE),
        ("application/octet-stream", b"anything", PICTURE),
        ("text/html; charset=utf-8", b"<p>Zebedee</p>", b"scrubbed"),
        ("text/xml", b'<Response a="Zebedee">Zebedee<b name="x"/>Zebedee</Response>', None),
        ("application/json", b'{"friendly_name": "Zebedee", "subresource_uris": {"media": "Zebedee"}}', None),
    ],
)
def test_every_kind_of_body_is_scrubbed(kind: str, body: bytes, expected: bytes | None) -> None:
    _, response = exchange(body, kind)
    assert b"Zebedee" not in response["body"]["string"]
    assert expected in {None, response["body"]["string"]}


WORDS = st.sampled_from(
    ["Zebedee", "zebedee@quill.invalid", "/v0/Zebedee", "https://quill.invalid/Zebedee", "zebedee 7"]
)
NAMES = st.text("abcdilnrsu_", max_size=12)
TREES = st.recursive(WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


@example(tree="Zebedee", name="s_unix", provider="twilio")
@given(tree=TREES, name=NAMES, provider=st.sampled_from(list(FIELDS)))
def test_words_in_fields_that_nobody_has_thought_of_do_not_pass(tree: Any, name: str, provider: str) -> None:
    assert "zebedee" not in json.dumps(scrubber(provider).json({name: tree})).lower()

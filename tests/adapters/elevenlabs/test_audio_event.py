"""The sound in an audio event: cut out and decoded, however the body is cut into pieces and its members are ordered."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.elevenlabs.reference import needs_reference, reference
from titus_adapters.elevenlabs.audio_event import AudioCut, sound
from titus_core.kernel.errors import Invalid

MP3 = bytes(range(256)) * 3
WHOSE = {"agent_id": "agent_01", "conversation_id": "conv_1"}


def event(audio: str | None = None, **data: object) -> dict[str, Any]:
    encoded = base64.b64encode(MP3).decode() if audio is None else audio
    return {"type": "post_call_audio", "event_timestamp": 1, "data": {**WHOSE, "full_audio": encoded, **data}}


def pieces_of(body: bytes, sizes: Iterable[int]) -> list[bytes]:
    """The body in pieces of these sizes, the last one again and again."""
    found: list[bytes] = []
    place = 0
    for size in itertools.chain(sizes, itertools.repeat(max(1, len(body)))):
        if place >= len(body):
            return found
        found.append(body[place : place + size])
        place += size
    return found


def cut(body: bytes, *sizes: int) -> AudioCut:
    found = AudioCut()
    for piece in pieces_of(body, sizes):
        found.feed(piece)
    return found


def decoded(text: bytes, *sizes: int) -> bytes:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in pieces_of(text, sizes):
            yield piece

    async def whole() -> bytes:
        return b"".join([piece async for piece in sound(pieces())])

    return asyncio.run(whole())


def check(body: bytes, *sizes: int) -> None:
    """The cut leaves the same event without its sound, and what it left out is the sound."""
    found = cut(body, *sizes)
    assert found.span is not None
    told, whole = msgspec.json.decode(found.without_sound("left out")), msgspec.json.decode(body)
    assert told["data"].pop("full_audio") == "left out"
    assert decoded(body[slice(*found.span)], *sizes) == base64.b64decode(whole["data"].pop("full_audio"))
    assert told == whole


@pytest.mark.parametrize("members", list(itertools.permutations(("type", "event_timestamp", "data"))))
@pytest.mark.parametrize("inner", list(itertools.permutations(("agent_id", "conversation_id", "full_audio"))))
def test_members_may_come_in_any_order(members: tuple[str, ...], inner: tuple[str, ...]) -> None:
    plain = event()
    ordered = {name: plain[name] for name in members}
    ordered["data"] = {name: plain["data"][name] for name in inner}
    check(msgspec.json.encode(ordered))
    check(msgspec.json.format(msgspec.json.encode(ordered), indent=2), 7)


@given(st.lists(st.integers(1, 40), max_size=60), st.binary(max_size=80))
def test_pieces_of_any_size_are_alike(sizes: list[int], audio: bytes) -> None:
    body = msgspec.json.encode(event(base64.b64encode(audio).decode()))
    check(body, *sizes)
    check(body.replace(b"/", b"\\/"), *sizes)


def test_every_place_where_a_piece_may_end() -> None:
    body = msgspec.json.encode(event(base64.b64encode(b"\xff\xff\xfe").decode())).replace(b"/", b"\\/")
    for first in range(1, len(body)):
        check(body, first)


@needs_reference
def test_the_reference_event() -> None:
    check(msgspec.json.encode(reference("webhook_post_call_audio")["body"]), 100)


def test_nothing_of_the_sound_is_held() -> None:
    found = AudioCut()
    for piece in pieces_of(msgspec.json.encode(event("A" * 4_000_000)), [1000] * 5000):
        found.feed(piece)
        assert found.kept < 3000


@pytest.mark.parametrize(
    "told",
    [
        {"type": "post_call_transcription", "data": {"transcript": [{"message": 'He said "full_audio": "yes"'}]}},
        {"type": "post_call_audio", "data": {**WHOSE, "full_audio": None}},
        {"type": "post_call_audio", "data": {**WHOSE, "full_audio": ["AAAA"]}},
        {"names": ["full_audio", "x"]},
        ["full_audio", "AAAA"],
        "full_audio",
    ],
)
def test_what_only_looks_like_it_is_left_as_it_is(told: object) -> None:
    body = msgspec.json.encode(told)
    for size in (1, 3, len(body)):
        found = cut(body, *[size] * len(body))
        assert (found.span, found.without_sound("left out")) == (None, body)


@given(st.recursive(st.text(max_size=14), lambda inner: st.dictionaries(st.text(max_size=9), inner, max_size=3)))
def test_words_are_never_taken_for_it(told: object) -> None:
    body = msgspec.json.encode({"said": told, "full_audio ": "x", "quoted": '"full_audio":"'})
    assert cut(body, 5).span is None


def test_a_body_that_ends_in_the_sound_has_none() -> None:
    found = cut(msgspec.json.encode(event())[:-10], 50)
    assert found.span is None
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(found.without_sound("left out"))


@given(st.text(max_size=40), st.integers(1, 9))
def test_a_string_with_escapes_ends_where_json_says(text: str, size: int) -> None:
    body = msgspec.json.encode(event(text))
    found = cut(body, *[size] * len(body))
    assert found.span is not None
    assert msgspec.json.decode(b'"' + body[slice(*found.span)] + b'"') == text


@pytest.mark.parametrize(
    "text", [b"A", b"AAA", b"AAAA A==", b"AA==AAAA", b"AAAA=", b"====", b"A-_A", b"\\u0041AA", b"A\\"]
)
@pytest.mark.parametrize("size", [1, 4, 99])
def test_what_is_no_base64_is_invalid(text: bytes, size: int) -> None:
    with pytest.raises(Invalid):
        decoded(text, *[size] * len(text))


def test_no_sound_is_no_sound() -> None:
    assert decoded(b"") == b""
    assert cut(msgspec.json.encode(event(""))).span is not None

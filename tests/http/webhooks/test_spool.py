"""A body on its way in: whole, digested, and never all of it in memory."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titus_adapters.elevenlabs.audio_event import AudioCut
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.files import PIECE
from titus_http.problems import TooLarge
from titus_http.webhooks.elevenlabs.signature import Claim, ElevenLabsVerifier, Verdict
from titus_http.webhooks.elevenlabs.spool import IN_MEMORY, Room, Spool

SECRET, NOW = "wsec_of_these_tests", datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY + 7)


def claim(body: bytes) -> Claim:
    sent = int(NOW.timestamp())
    signature = hmac.digest(SECRET.encode(), f"{sent}.".encode() + body, "sha256").hex()
    found = ElevenLabsVerifier(SECRET).claim(f"t={sent},v0={signature}", NOW)
    assert isinstance(found, Claim)
    return found


def body_of(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def read(spool: Spool, start: int = 0, end: int | None = None) -> bytes:
    found = [piece async for piece in spool.read(start, end)]
    assert all(0 < len(piece) <= PIECE for piece in found)
    return b"".join(found)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [1000, 65_536, 10_000_000])
async def test_what_came_in_is_read_again_and_digested(size: int, piece: int, tmp_path: Path) -> None:
    body = body_of(size)
    with Spool(claim(body), AudioCut(), Room(tmp_path)) as spool:
        await spool.take(pieces(body, piece))
        assert (spool.size, spool.digest) == (size, hashlib.sha256(body).hexdigest())
        assert spool.verdict is Verdict.ACCEPTED
        assert await read(spool) == body
        assert await read(spool, size // 3, size // 2) == body[size // 3 : size // 2]
        assert spool.cut.without_sound("") == body


async def test_another_body_than_was_signed_is_told() -> None:
    with Spool(claim(b"this"), AudioCut(), Room()) as spool:
        await spool.take(pieces(b"that", 2))
        assert spool.verdict is Verdict.MISMATCH


@given(st.binary(max_size=4000), st.integers(1, 4000), st.integers(0, 4000), st.integers(0, 4000))
@settings(max_examples=40)
def test_any_part_of_any_body(body: bytes, piece: int, start: int, end: int) -> None:
    async def part() -> bytes:
        with Spool(claim(body), AudioCut(), Room()) as spool:
            await spool.take(pieces(body, piece))
            return await read(spool, start, min(end, len(body)))

    assert asyncio.run(part()) == body[start:end]


async def test_only_so_many_large_ones_at_once_and_small_ones_always() -> None:
    room, body = Room(places=1), body_of(2 * IN_MEMORY)
    with Spool(claim(body), AudioCut(), room) as first:
        await first.take(pieces(body, 65_536))
        with Spool(claim(body), AudioCut(), room) as second, pytest.raises(Unavailable, match="Too many large"):
            await second.take(pieces(body, 65_536))
        with Spool(claim(b"small"), AudioCut(), room) as small:
            await small.take(pieces(b"small", 5))
    with Spool(claim(body), AudioCut(), room) as third:
        await third.take(pieces(body, 65_536))
        assert third.verdict


async def test_the_last_of_a_disk_is_not_for_bodies(tmp_path: Path) -> None:
    body = body_of(2 * IN_MEMORY)
    full = Room(tmp_path, spare=2**62)
    with Spool(claim(body), AudioCut(), full) as spool, pytest.raises(Unavailable, match="nearly full"):
        await spool.take(pieces(body, 65_536))


async def test_too_much_without_sound_is_refused(tmp_path: Path) -> None:
    room = Room(tmp_path, kept=5000)
    with Spool(claim(b""), AudioCut(), room) as spool, pytest.raises(TooLarge):
        await spool.take(pieces(body_of(5001), 500))
    sound = b'{"full_audio":"' + body_of(3 * IN_MEMORY) + b'"}'
    with Spool(claim(sound), AudioCut(), room) as spool:
        await spool.take(pieces(sound, 65_536))
        assert spool.verdict

"""`kernel.files.Files`: whole files under names, in every place that keeps them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from titus_core.kernel.errors import Invalid, NotFound
from titus_core.kernel.files import PIECE, Files, StoredFile, check_key

KEY = "recordings/RE1.mp3"
MP3 = "audio/mpeg"
BAD_KEYS = (
    *("", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", ".a", "a/.b", "a\\b", "a b", "a\n", "ä", "a\0"),
    *("a:b", "~a/..", "a" * 513, "C:/a", "%2e%2e/a", "a/./b"),
)


async def pieces(*some: bytes) -> AsyncIterator[bytes]:
    for piece in some:
        yield piece


async def put(files: Files, content: bytes, key: str = KEY, content_type: str = MP3) -> StoredFile:
    return await files.put(key, pieces(content), content_type)


async def read(files: Files, key: str = KEY, start: int = 0, end: int | None = None) -> bytes:
    found = [piece async for piece in files.read(key, start, end)]
    assert all(0 < len(piece) <= PIECE for piece in found)
    return b"".join(found)


async def test_what_was_stored_is_read(files: Files) -> None:
    stored = await files.put(KEY, pieces(b"so", b"und", b""), MP3)
    assert stored == StoredFile(KEY, 5, hashlib.sha256(b"sound").hexdigest(), MP3)
    assert await files.about(KEY) == stored
    assert await read(files) == b"sound"


async def test_what_nobody_stored_is_not_there(files: Files) -> None:
    assert await files.about(KEY) is None
    with pytest.raises(NotFound):
        await read(files)
    await files.delete(KEY)


async def test_a_folder_of_files_is_no_file(files: Files) -> None:
    await put(files, b"sound")
    for key in ("recordings", f"{KEY}/more"):
        assert await files.about(key) is None
        with pytest.raises(NotFound):
            await read(files, key)
        await files.delete(key)
    assert await read(files) == b"sound"


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_a_key_that_might_lead_elsewhere_is_refused(files: Files, key: str) -> None:
    with pytest.raises(Invalid):
        await put(files, b"sound", key)
    with pytest.raises(Invalid):
        await files.about(key)
    with pytest.raises(Invalid):
        await read(files, key)
    with pytest.raises(Invalid):
        await files.delete(key)


@given(st.text(max_size=40))
def test_a_key_that_is_taken_leads_nowhere_else(key: str) -> None:
    try:
        check_key(key)
    except Invalid:
        return
    place = Path("/files", key)
    assert str(place) == f"/files/{key}"
    assert all(part not in {"", ".", ".."} for part in key.split("/"))


async def test_the_same_key_is_stored_anew(files: Files) -> None:
    await put(files, b"a long sound", content_type="audio/wav")
    stored = await put(files, b"sound")
    assert await files.about(KEY) == stored
    assert await read(files) == b"sound"


async def test_deleting_leaves_nothing_and_may_be_repeated(files: Files) -> None:
    await put(files, b"sound")
    await put(files, b"other", "recordings/RE2.mp3")
    await files.delete(KEY)
    await files.delete(KEY)
    assert await files.about(KEY) is None
    assert await read(files, "recordings/RE2.mp3") == b"other"


async def test_a_file_that_breaks_off_leaves_what_was_there(files: Files) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise LookupError("the line was cut")

    with pytest.raises(LookupError, match="the line was cut"):
        await files.put(KEY, broken(), MP3)
    assert await files.about(KEY) is None
    before = await put(files, b"sound")
    with pytest.raises(LookupError):
        await files.put(KEY, broken(), MP3)
    assert await files.about(KEY) == before
    assert await read(files) == b"sound"


async def test_one_who_gives_up_leaves_what_was_there(files: Files) -> None:
    began = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"half"
        began.set()
        await asyncio.Event().wait()

    before = await put(files, b"sound")
    storing = asyncio.create_task(files.put(KEY, endless(), MP3))
    await began.wait()
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
    assert await files.about(KEY) == before


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, None), (0, 5), (0, 99), (1, 3), (4, 5), (5, None), (5, 9), (9, None), (3, 3), (3, 1), (2, None)],
)
async def test_a_part_is_what_a_slice_is(files: Files, start: int, end: int | None) -> None:
    await put(files, b"sound")
    assert await read(files, KEY, start, end) == b"sound"[start:end]


async def test_an_empty_file_is_a_file(files: Files) -> None:
    stored = await put(files, b"")
    assert (stored.size, stored.sha256) == (0, hashlib.sha256().hexdigest())
    assert await files.about(KEY) == stored
    assert await read(files) == b""


async def test_a_large_file_comes_in_pieces(files: Files) -> None:
    whole = bytes(range(256)) * 4 * 3000
    stored = await files.put(
        KEY, pieces(*(whole[first : first + 10_000] for first in range(0, len(whole), 10_000))), MP3
    )
    assert stored.sha256 == hashlib.sha256(whole).hexdigest()
    assert await read(files) == whole
    assert await read(files, KEY, 1_000_000, 2_000_001) == whole[1_000_000:2_000_001]


async def test_of_two_at_once_one_is_stored_whole(files: Files) -> None:
    one, two = b"1" * 300_000, b"2" * 200_000
    stored = await asyncio.gather(put(files, one), put(files, two))
    left = await files.about(KEY)
    assert left in stored
    assert await read(files) == (one if left == stored[0] else two)


async def test_what_is_read_stays_whole_though_it_is_stored_anew(files: Files) -> None:
    await put(files, b"1" * 600_000)
    reading = files.read(KEY)
    first = await anext(reading)
    await put(files, b"2" * 600_000)
    rest = b"".join([piece async for piece in reading])
    assert first + rest == b"1" * 600_000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(content=st.binary(max_size=2000), start=st.integers(0, 2100), end=st.none() | st.integers(0, 2100))
async def test_any_part_of_any_content(files: Files, content: bytes, start: int, end: int | None) -> None:
    await put(files, content)
    assert await read(files, KEY, start, end) == content[start:end]

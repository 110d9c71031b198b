"""S3Files where it is more than the port: what others see in the bucket, what is cut off, what strangers put there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.s3_server import Bucket, S3Server
from titus_adapters.local_files.files import LocalFiles
from titus_adapters.s3_files.files import S3Files
from titus_adapters.s3_files.parts import PART
from titus_adapters.trailer import TRAILER
from titus_core.kernel.errors import NotFound, Unavailable

KEY = "recordings/RE1.mp3"
PIECE = b"0123456789abcdef" * 16_000
LARGE = 2 * PART + 1
"""More than goes in one request."""


async def pieces(*some: bytes) -> AsyncIterator[bytes]:
    for piece in some:
        yield piece


async def much(size: int = LARGE) -> AsyncIterator[bytes]:
    while size > 0:
        yield PIECE[:size]
        size -= len(PIECE)


async def much_and_then(error: Exception | None) -> AsyncIterator[bytes]:
    """None: nothing more, for ever."""
    async for piece in much():
        yield piece
    if error is not None:
        raise error
    await asyncio.Event().wait()


async def read(files: S3Files, key: str = KEY, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in files.read(key, start, end)])


@pytest.fixture
def files(s3_bucket: Bucket) -> S3Files:
    return S3Files(s3_bucket.settings())


async def test_people_find_the_content_under_its_name(files: S3Files, s3_bucket: Bucket) -> None:
    await files.put(KEY, pieces(b"sound"), "audio/mpeg")
    assert s3_bucket.keys() == [f"titus/files/{KEY}"]
    answer = s3_bucket.raw(KEY)
    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert answer.content.startswith(b"sound")
    assert len(answer.content) == 5 + TRAILER


async def test_a_bucket_may_be_used_without_a_folder_in_it(s3_server: S3Server) -> None:
    bucket = s3_server.bucket(prefix="")
    files = S3Files(bucket.settings())
    await files.put(KEY, pieces(b"sound"), "audio/mpeg")
    assert bucket.keys() == [KEY]
    assert await read(files) == b"sound"


@pytest.mark.parametrize("told", ["audio/mpeg; name=Zoë", "audio/mpeg\r\nX-Evil: 1", ""])
async def test_a_content_type_that_is_no_header_is_kept_all_the_same(files: S3Files, told: str) -> None:
    stored = await files.put(KEY, pieces(b"sound"), told)
    assert stored.content_type == told
    assert await files.about(KEY) == stored


@pytest.mark.parametrize("size", [PART - TRAILER, PART - 1, PART, PART + 1, 2 * PART, LARGE])
async def test_a_large_file_goes_in_parts(files: S3Files, s3_bucket: Bucket, size: int) -> None:
    stored = await files.put(KEY, much(size), "audio/mpeg")
    assert stored.size == size
    assert await files.about(KEY) == stored
    whole = b"".join([piece async for piece in much(size)])
    assert await read(files) == whole
    assert await read(files, KEY, PART - 5, PART + 5) == whole[PART - 5 : PART + 5]
    assert s3_bucket.raw(KEY).headers["Content-Type"] == "audio/mpeg"
    assert s3_bucket.uploads() == []


async def test_parts_of_a_file_that_breaks_off_are_thrown_away(files: S3Files, s3_bucket: Bucket) -> None:
    with pytest.raises(LookupError, match="the line was cut"):
        await files.put(KEY, much_and_then(LookupError("the line was cut")), "audio/mpeg")
    assert (s3_bucket.keys(), s3_bucket.uploads()) == ([], [])
    before = await files.put(KEY, pieces(b"sound"), "audio/mpeg")
    with pytest.raises(LookupError):
        await files.put(KEY, much_and_then(LookupError()), "audio/mpeg")
    assert await files.about(KEY) == before
    assert s3_bucket.uploads() == []


async def test_parts_of_one_who_gives_up_are_thrown_away(files: S3Files, s3_bucket: Bucket) -> None:
    before = await files.put(KEY, pieces(b"sound"), "audio/mpeg")
    storing = asyncio.create_task(files.put(KEY, much_and_then(None), "audio/mpeg"))
    while not await asyncio.to_thread(s3_bucket.uploads):  # noqa: ASYNC110 (another process's list)
        await asyncio.sleep(0.01)
    assert await files.about(KEY) == before
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing
    assert s3_bucket.uploads() == []
    assert await files.about(KEY) == before


@pytest.mark.parametrize(
    "content", [b"", b"not one of ours", b"x" * 2000, b"\ntitus-file {}", b'\ntitus-file {"size":1}']
)
async def test_what_others_put_there_is_not_given_out(files: S3Files, s3_bucket: Bucket, content: bytes) -> None:
    s3_bucket.put("foreign", content)
    with pytest.raises(Unavailable):
        await files.about("foreign")
    with pytest.raises(Unavailable):
        await anext(files.read("foreign"))
    stored = await files.put("foreign", pieces(b"sound"), "audio/mpeg")
    assert await files.about("foreign") == stored


async def test_a_file_that_was_cut_is_told_from_a_whole_one(files: S3Files, s3_bucket: Bucket) -> None:
    await files.put(KEY, pieces(b"sound" * 1000), "audio/mpeg")
    whole = s3_bucket.raw(KEY).content
    for damaged in (whole[:-1], whole[1:], whole[:3000], whole[:2000] + whole[2001:], whole + b" "):
        s3_bucket.put(KEY, damaged)
        with pytest.raises(Unavailable, match="damaged"):
            await files.about(KEY)


async def test_a_folder_of_files_can_be_copied_into_a_bucket(files: S3Files, s3_bucket: Bucket, tmp_path: Path) -> None:
    folder = LocalFiles(tmp_path)
    await folder.open()
    stored = await folder.put(KEY, pieces(b"sound"), "audio/mpeg")
    s3_bucket.put(KEY, (tmp_path / KEY).read_bytes())
    assert await files.about(KEY) == stored
    assert await read(files) == b"sound"


async def test_one_that_is_replaced_before_it_is_read_is_read_as_it_is_then(s3_bucket: Bucket) -> None:
    class Replaced(S3Files):
        times = 0

        async def _look(self, key: str):  # type: ignore[no-untyped-def]
            found = await super()._look(key)
            if self.times:
                self.times -= 1
                await self.put(key, pieces(b"other sound" * (self.times + 1)), "audio/mpeg")
            return found

    files = Replaced(s3_bucket.settings())
    await files.put(KEY, pieces(b"sound"), "audio/mpeg")
    files.times = 2
    assert await read(files) == b"other sound"
    files.times = 9
    with pytest.raises(Unavailable, match="replaced faster"):
        await read(files)


async def test_a_bucket_that_is_not_there_is_unavailable(files: S3Files, s3_bucket: Bucket) -> None:
    s3_bucket.drop()
    with pytest.raises(Unavailable, match="the bucket for files is not there"):
        await files.about(KEY)
    with pytest.raises(Unavailable, match="the bucket for files is not there"):
        await read(files)
    for content in (pieces(b"sound"), much()):
        with pytest.raises(Unavailable):
            await files.put(KEY, content, "audio/mpeg")
    with pytest.raises(Unavailable):
        await files.delete(KEY)
    s3_bucket.make()
    with pytest.raises(NotFound):
        await read(files)


def test_nothing_shows_the_secret(files: S3Files, s3_bucket: Bucket) -> None:
    assert s3_bucket.settings().secret_access_key not in repr(s3_bucket.settings()) + repr(vars(files))

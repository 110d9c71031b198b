"""LocalFiles where it is more than the port: what a power cut leaves, what others put into the folder, full disks."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.small_disk import small_disk, why_not
from titus_adapters.local_files.files import BROKEN_OFF_AFTER, LocalFiles
from titus_adapters.trailer import TRAILER
from titus_core.kernel.errors import Unavailable

KEY = "recordings/RE1.mp3"


async def pieces(*some: bytes) -> AsyncIterator[bytes]:
    for piece in some:
        yield piece


@pytest.fixture
async def files(tmp_path: Path) -> LocalFiles:
    files = LocalFiles(tmp_path / "files")
    await files.open()
    return files


async def test_people_find_the_content_under_its_name(files: LocalFiles, tmp_path: Path) -> None:
    await files.put(KEY, pieces(b"sound"), "audio/mpeg")
    stored = (tmp_path / "files" / KEY).read_bytes()
    assert stored.startswith(b"sound")
    assert len(stored) == 5 + TRAILER
    assert b'"content_type":"audio/mpeg"' in stored


async def test_what_was_broken_off_is_cleared_away_at_the_start(files: LocalFiles, tmp_path: Path) -> None:
    left = tmp_path / "files" / ".incoming" / "0123"
    left.write_bytes(b"half")
    os.utime(left, (0, time.time() - BROKEN_OFF_AFTER - 1))
    await LocalFiles(tmp_path / "files").open()
    assert not left.exists()


async def test_what_another_process_takes_in_is_left_alone_at_the_start(files: LocalFiles, tmp_path: Path) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"half"
        await LocalFiles(tmp_path / "files").open()
        yield b" and half"

    stored = await files.put(KEY, slowly(), "audio/mpeg")
    assert await files.about(KEY) == stored


async def test_one_that_breaks_off_leaves_nothing(files: LocalFiles, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise LookupError

    with pytest.raises(LookupError):
        await files.put(KEY, broken(), "audio/mpeg")
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "content", [b"", b"not one of ours", b"x" * 2000, b"\ntitus-file {}", b'\ntitus-file {"size":1}']
)
async def test_what_others_put_there_is_not_given_out(files: LocalFiles, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "files" / "foreign").write_bytes(content)
    with pytest.raises(Unavailable, match="was not stored by Titus"):
        await files.about("foreign")
    with pytest.raises(Unavailable):
        await anext(files.read("foreign"))


async def test_a_file_that_was_cut_is_told_from_a_whole_one(files: LocalFiles, tmp_path: Path) -> None:
    await files.put(KEY, pieces(b"sound" * 1000), "audio/mpeg")
    path = tmp_path / "files" / KEY
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[1:], whole[:3000], whole[:2000] + whole[2001:], whole + b" "):
        path.write_bytes(damaged)
        with pytest.raises(Unavailable, match="damaged"):
            await files.about(KEY)


async def test_a_folder_that_is_gone_is_unavailable(files: LocalFiles, tmp_path: Path) -> None:
    (tmp_path / "files").rename(tmp_path / "elsewhere")
    with pytest.raises(Unavailable):
        await files.put(KEY, pieces(b"sound"), "audio/mpeg")
    with pytest.raises(Unavailable):
        await files.about(KEY)
    (tmp_path / "elsewhere").rename(tmp_path / "files")
    assert await files.about(KEY) is None


async def test_a_place_that_cannot_be_a_folder_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file")
    with pytest.raises(Unavailable, match="the folder for files cannot be used"):
        await LocalFiles(tmp_path / "files").open()


@pytest.mark.skipif(bool(why_not()), reason=why_not())
async def test_a_full_disk_is_unavailable_and_leaves_what_was_there() -> None:
    with small_disk(1) as disk:
        files = LocalFiles(disk.path / "files")
        await files.open()
        before = await files.put(KEY, pieces(b"sound"), "audio/mpeg")
        disk.fill()
        with pytest.raises(Unavailable, match="No space left on device"):
            await files.put(KEY, pieces(b"x" * 100_000), "audio/mpeg")
        assert await files.about(KEY) == before
        disk.clear()
        stored = await files.put(KEY, pieces(b"other"), "audio/mpeg")
        assert await files.about(KEY) == stored

"""Every place for files that there is, as a plugin: what asks for `files` runs in each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.s3_server import Bucket
from titus_adapters.local_files.files import LocalFiles
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.s3_files.files import S3Files
from titus_core.kernel.files import Files


async def in_memory(request: pytest.FixtureRequest) -> Files:
    return MemoryFiles()


async def in_a_folder(request: pytest.FixtureRequest) -> Files:
    home: Path = request.getfixturevalue("tmp_path")
    files = LocalFiles(home / "files")
    await files.open()
    return files


async def in_a_bucket(request: pytest.FixtureRequest) -> Files:
    bucket: Bucket = request.getfixturevalue("s3_bucket")
    return S3Files(bucket.settings())


PLACES: dict[str, Callable[[pytest.FixtureRequest], Awaitable[Files]]] = {
    "memory": in_memory,
    "folder": in_a_folder,
    "s3": in_a_bucket,
}


@pytest.fixture(params=list(PLACES))
async def files(request: pytest.FixtureRequest) -> Files:
    """A place for files, empty: in memory, in a folder, in a bucket of a real S3 server."""
    return await PLACES[request.param](request)


async def read(files: Files, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in files.read(key, start, end)])

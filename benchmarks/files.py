"""Memory that a file of 200 MB takes on its way into a bucket and out of it again: the peak of the resident set over
what there was before. A folder beside it. The bucket is moto's, a process of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from benchmarks import servers
from benchmarks.servers import TITUS
from tests.s3_server import S3Server
from titus_adapters.local_files.files import LocalFiles
from titus_adapters.s3_files.files import S3Files
from titus_adapters.s3_files.settings import S3Settings
from titus_core.kernel.files import Files
from titus_http.security.links import LinkSigner

_SIZE = 200 * 1024 * 1024
_PIECE = b"0123456789abcdef" * 16 * 1024
_KEY = "recordings/large.mp3"
_LISTENERS = 8
_MOST = 0.5
"""Of the file's size; whatever holds a file whole is above 1."""


def main() -> None:
    server = S3Server()
    server.start()
    with tempfile.TemporaryDirectory(prefix="titus-bench-") as name:
        home, bucket = Path(name), server.bucket("files").settings()
        places = {
            "S3": _environment(bucket),
            "folder": {"FILES_URL": (home / "files").as_uri()},
        }
        figures = {place: _figures(home / place, variables) for place, variables in places.items()}
    server.stop()
    print(f"memory in MB above idle, for a file of {_SIZE >> 20} MB: put, heard by one, by {_LISTENERS} at once")
    for place, (put, one, many) in figures.items():
        print(f"  {place:8}{put:7.0f}{one:7.0f}{many:7.0f}")
    worst = max(max(put, one) for put, one, _ in figures.values()) * 1024 * 1024 / _SIZE
    print(f"{'met   ' if worst < _MOST else 'missed'}  one file at most {_MOST} of its size: {worst:.2f}")


def _figures(home: Path, variables: dict[str, str]) -> tuple[float, float, float]:
    home.mkdir()
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.files"], env={**os.environ, **variables}, capture_output=True, check=True
    )
    with _set(variables), servers.running(TITUS, home / "titus.db", servers.free_port()) as server:
        signer = LinkSigner("0123456789abcdef" * 4)
        token = signer.sign("recording", _KEY, datetime.now(UTC) + timedelta(hours=1))
        url = f"{server.url}/api/voice/calls/audio/{token}"
        _hear(url, {"Range": "bytes=0-99"})
        one = _growth(server.process.pid, url, 1)
        return float(told.stdout), one, _growth(server.process.pid, url, _LISTENERS)


def _growth(pid: int, url: str, listeners: int) -> float:
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here
    before = _memory(pid, "VmRSS")
    with ThreadPoolExecutor(listeners) as pool:
        heard = list(pool.map(lambda _: _hear(url, {}), range(listeners)))
    assert heard == [_SIZE] * listeners
    return _memory(pid, "VmHWM") - before


def _hear(url: str, headers: dict[str, str]) -> int:
    with httpx.stream("GET", url, headers=headers, timeout=60) as answer:
        answer.raise_for_status()
        return sum(len(piece) for piece in answer.iter_bytes())


def _memory(pid: int, which: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) / 1024


@contextmanager
def _set(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _environment(bucket: S3Settings) -> dict[str, str]:
    return {
        "FILES_URL": f"s3://{bucket.bucket}/{bucket.prefix}",
        "AWS_ACCESS_KEY_ID": bucket.access_key_id,
        "AWS_SECRET_ACCESS_KEY": bucket.secret_access_key,
        "AWS_REGION": bucket.region,
        "AWS_ENDPOINT_URL": str(bucket.endpoint),
    }


# --- in a process of its own ------------------------------------------------------------------------------------------


async def _put() -> float:
    """Megabytes that putting the file took, above those of putting a small one."""
    files, pid = await _files(), os.getpid()
    await files.put("recordings/small.mp3", _content(len(_PIECE)), "audio/mpeg")
    before = _memory(pid, "VmRSS")
    await files.put(_KEY, _content(_SIZE), "audio/mpeg")
    return _memory(pid, "VmHWM") - before


async def _content(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, len(_PIECE)):
        yield _PIECE


async def _files() -> Files:
    place, given = os.environ["FILES_URL"], os.environ
    if place.startswith("file://"):
        folder = LocalFiles(Path(place.removeprefix("file://")))
        await folder.open()
        return folder
    name, _, prefix = place.removeprefix("s3://").partition("/")
    return S3Files(
        S3Settings(
            bucket=name,
            prefix=prefix,
            access_key_id=given["AWS_ACCESS_KEY_ID"],
            secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
            region=given["AWS_REGION"],
            endpoint=given["AWS_ENDPOINT_URL"],
        )
    )


if __name__ == "__main__":
    print(asyncio.run(_put()))

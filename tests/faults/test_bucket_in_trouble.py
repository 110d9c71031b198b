"""S3 in trouble: killed, silent, slow, refusing. What is asked of it ends as `Unavailable`, nothing half is ever shown,
and when it is back all goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from tests.faults.proxy import Proxy
from tests.s3_server import Bucket, S3Server
from titus_adapters.s3_files.files import S3Files
from titus_adapters.s3_files.parts import PART
from titus_adapters.trailer import trailer
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.files import StoredFile

KEY = "recordings/RE1.mp3"
SOUND = bytes(range(256)) * 4000
HANGS = 60.0
"""Seconds after which a test takes it for hung."""


async def sound() -> AsyncIterator[bytes]:
    yield SOUND


async def much(size: int = 2 * PART) -> AsyncIterator[bytes]:
    for _ in range(0, size, len(SOUND)):
        yield SOUND


async def read(files: S3Files) -> bytes:
    return b"".join([piece async for piece in files.read(KEY)])


QUESTIONS: dict[str, Callable[[S3Files], Awaitable[object]]] = {
    "put": lambda files: files.put(KEY, sound(), "audio/mpeg"),
    "put in parts": lambda files: files.put(KEY, much(), "audio/mpeg"),
    "about": lambda files: files.about(KEY),
    "read": read,
    "delete": lambda files: files.delete(KEY),
}


@pytest.fixture
async def proxy(s3_server: S3Server) -> AsyncIterator[Proxy]:
    async with Proxy(s3_server.port) as proxy:
        yield proxy


@pytest.fixture
def files(proxy: Proxy, s3_bucket: Bucket) -> S3Files:
    """By way of the proxy, and not patient."""
    through = s3_bucket.settings(f"http://127.0.0.1:{proxy.port}")
    return S3Files(replace(through, answers_within=1.0, silence=1.0))


@pytest.fixture
def own_server() -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def answering(*answers: bytes) -> AsyncIterator[S3Files]:
    """A server that gives these answers, one a request, and the last one for ever."""
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield S3Files(Bucket(f"http://127.0.0.1:{port}", "titus", "files").settings())


def refusal(status: str, code: str) -> bytes:
    body = f"<Error><Code>{code}</Code><Message>at s3.internal, AKIATITUS</Message></Error>".encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


@pytest.mark.parametrize("question", QUESTIONS)
async def test_where_nothing_listens_it_is_unavailable(proxy: Proxy, files: S3Files, question: str) -> None:
    await proxy.poison("down")
    async with asyncio.timeout(HANGS):
        with pytest.raises(Unavailable, match="cannot be reached"):
            await QUESTIONS[question](files)


@pytest.mark.parametrize("toxic", ["timeout", "reset_peer"])
@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_bucket_that_says_nothing_is_unavailable(
    proxy: Proxy, files: S3Files, question: str, toxic: str
) -> None:
    await files.put(KEY, sound(), "audio/mpeg")
    await proxy.poison(toxic)
    async with asyncio.timeout(HANGS):
        with pytest.raises(Unavailable):
            await QUESTIONS[question](files)
    await proxy.heal()
    await files.put(KEY, sound(), "audio/mpeg")
    assert await read(files) == SOUND


async def test_one_that_is_slow_but_goes_on_is_waited_for(proxy: Proxy, files: S3Files) -> None:
    await files.put(KEY, sound(), "audio/mpeg")
    await proxy.poison("bandwidth", 500_000)  # longer than the silence that is borne, and never silent for so long
    assert await read(files) == SOUND


@pytest.mark.parametrize("whole", [len(SOUND) // 4, len(SOUND) // 2])
async def test_a_reading_that_breaks_off_goes_on_or_is_told(proxy: Proxy, files: S3Files, whole: int) -> None:
    await files.put(KEY, sound(), "audio/mpeg")
    await proxy.poison("limit_data", whole)
    got = b""
    try:
        async for piece in files.read(KEY):
            got += piece
    except Unavailable:
        assert len(got) < len(SOUND)
    else:
        assert len(got) == len(SOUND)
    assert SOUND.startswith(got)


async def test_an_upload_that_breaks_off_shows_nothing(
    proxy: Proxy, files: S3Files, s3_bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    async def cut() -> AsyncIterator[bytes]:
        async for piece in much():
            yield piece
        while not await asyncio.to_thread(s3_bucket.uploads):  # noqa: ASYNC110 (another process's list)
            await asyncio.sleep(0.01)
        await proxy.poison("down")
        async for piece in much():
            yield piece

    before = await files.put(KEY, sound(), "audio/mpeg")
    async with asyncio.timeout(HANGS):
        with pytest.raises(Unavailable):
            await files.put(KEY, cut(), "audio/mpeg")
    await proxy.heal()
    assert await files.about(KEY) == before
    assert await read(files) == SOUND
    assert s3_bucket.keys() == [f"titus/files/{KEY}"]
    assert f"parts of {KEY} may be left" in caplog.text
    assert s3_bucket.uploads() == [f"titus/files/{KEY}"]  # hidden; the bucket's lifecycle rule throws it away


async def test_a_server_that_is_killed_while_a_file_comes_in(own_server: S3Server) -> None:
    files = S3Files(own_server.bucket().settings())

    async def killing() -> AsyncIterator[bytes]:
        async for piece in much():
            yield piece
        await asyncio.to_thread(own_server.stop)
        yield SOUND

    async with asyncio.timeout(HANGS):
        with pytest.raises(Unavailable):
            await files.put(KEY, killing(), "audio/mpeg")


async def test_a_server_that_is_killed_while_a_file_is_read(own_server: S3Server) -> None:
    files = S3Files(own_server.bucket().settings())
    await files.put(KEY, much(8 * PART), "audio/mpeg")
    reading = files.read(KEY)
    await anext(reading)
    own_server.stop()
    async with asyncio.timeout(HANGS):
        with pytest.raises(Unavailable):
            async for _ in reading:
                pass


async def test_one_who_gives_up_does_not_wait_for_a_bucket_that_says_nothing(proxy: Proxy, s3_bucket: Bucket) -> None:
    patient = S3Files(replace(s3_bucket.settings(f"http://127.0.0.1:{proxy.port}"), answers_within=999, silence=999))
    silent = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        async for piece in much():
            yield piece
        await proxy.poison("timeout")
        silent.set()
        while True:
            yield SOUND

    storing = asyncio.create_task(patient.put(KEY, endless(), "audio/mpeg"))
    await silent.wait()
    storing.cancel()
    async with asyncio.timeout(HANGS):
        with pytest.raises(asyncio.CancelledError):
            await storing
    await proxy.heal()
    assert await patient.about(KEY) is None


async def test_a_file_that_was_not_there_is_deleted_all_the_same() -> None:
    async with answering(refusal("404 Not Found", "NoSuchKey")) as files:
        await files.delete(KEY)
        assert await files.about(KEY) is None


async def test_an_upload_that_the_bucket_has_thrown_away_is_told() -> None:
    async with answering(refusal("404 Not Found", "NoSuchUpload")) as files:
        with pytest.raises(Unavailable, match="answered 404 NoSuchUpload"):
            await files.put(KEY, sound(), "audio/mpeg")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("status", "code"),
    [("403 Forbidden", "AccessDenied"), ("500 Oops", "InternalError"), ("503 Slow Down", "SlowDown")],
)
async def test_a_refusal_is_told_by_its_code_and_nothing_else(status: str, code: str, question: str) -> None:
    async with answering(refusal(status, code)) as files, asyncio.timeout(HANGS):
        with pytest.raises(Unavailable) as told:
            await QUESTIONS[question](files)
    assert str(told.value) == f"the bucket for files answered {status[:3]} {code}"


async def test_one_refusal_is_asked_again() -> None:
    stored = StoredFile(KEY, 0, "00", "audio/mpeg")
    head = (
        "HTTP/1.1 206 Partial Content\r\nContent-Length: 512\r\nContent-Range: bytes 0-511/512\r\n"
        'ETag: "1"\r\nLast-Modified: Mon, 23 Nov 2026 01:00:00 GMT\r\nConnection: close\r\n\r\n'
    )
    async with answering(refusal("503 Slow Down", "SlowDown"), head.encode() + trailer(stored)) as files:
        assert await files.about(KEY) == stored

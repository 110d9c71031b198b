"""A real S3 server for tests, as a plugin: moto's, in a process of its own that ends with this one."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from titus_adapters.s3_files.settings import S3Settings

_PROGRAM = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(sys.argv[1]), verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""

_WITHIN = 30.0

# moto wants to see that somebody signs in, and believes anybody.
_SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=A/20261123/us-east-1/s3/aws4_request"}

_numbers = itertools.count(1)


class S3Server:
    """Between `start` and `stop` it listens on the loopback; what it holds is gone when it stops. `port` stays."""

    def __init__(self) -> None:
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        """At once, as a crash does."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def bucket(self, prefix: str = "titus/files") -> Bucket:
        """A new, empty one."""
        bucket = Bucket(self.url, f"titus-{os.getpid()}-{next(_numbers)}", prefix)
        bucket.make()
        return bucket


class Bucket:
    """A bucket as others see it, by plain requests."""

    def __init__(self, server: str, name: str, prefix: str) -> None:
        self._server, self._name, self._prefix = server, name, prefix

    def settings(self, endpoint: str | None = None) -> S3Settings:
        """`endpoint`: by way of another address."""
        return S3Settings(
            bucket=self._name,
            prefix=self._prefix,
            access_key_id="AKIATITUS",
            secret_access_key="kept for tests",
            region="ap-southeast-2",
            endpoint=endpoint or self._server,
        )

    def make(self) -> None:
        self._ask("PUT", "")

    def drop(self) -> None:
        self._ask("DELETE", "")

    def put(self, key: str, content: bytes) -> None:
        """As somebody else does, with another program."""
        self._ask("PUT", self._path(key), content)

    def raw(self, key: str) -> httpx.Response:
        return self._ask("GET", self._path(key))

    def keys(self) -> list[str]:
        """All that there is, below the prefix and elsewhere."""
        return _texts(self._ask("GET", "?list-type=2").text, "Key")

    def uploads(self) -> list[str]:
        """The keys of uploads that were begun, and neither ended nor abandoned."""
        return _texts(self._ask("GET", "?uploads").text, "Key")

    def _path(self, key: str) -> str:
        return f"/{self._prefix}/{key}" if self._prefix else f"/{key}"

    def _ask(self, method: str, path: str, content: bytes | None = None) -> httpx.Response:
        address = f"{self._server}/{self._name}{path}"
        answer = httpx.request(method, address, content=content, headers=_SIGNED, timeout=_WITHIN)
        assert answer.is_success, answer.text
        return answer


def _texts(xml: str, tag: str) -> list[str]:
    return [part.partition(f"</{tag}>")[0] for part in xml.split(f"<{tag}>")[1:]]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """One for all tests of this process, for those that leave it running."""
    server = S3Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def s3_bucket(s3_server: S3Server) -> Bucket:
    """A bucket of this test's own."""
    return s3_server.bucket()

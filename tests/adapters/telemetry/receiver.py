"""Somewhere on this machine that takes what is posted to it, as a collector of traces or of error reports does."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

PATIENCE = 10.0


class Posted(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """`address` without a scheme; `status` is what everyone is answered."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.status = 200
        self._came = threading.Condition()
        receiver = self

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                body = self.rfile.read(length)
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                receiver.take(Posted(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
        self.address = f"127.0.0.1:{self.server.server_port}"

    def take(self, posted: Posted) -> None:
        with self._came:
            self.posted.append(posted)
            self._came.notify_all()

    def wait_for(self, count: int) -> list[Posted]:
        """All that came, once there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.posted) >= count, PATIENCE), f"{len(self.posted)} came"
            return list(self.posted)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()

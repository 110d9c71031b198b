"""The way from Titus to the providers, over real sockets: some requests are refused, hang, or lose their answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from tests.aftermath.faulty import BUSY

EVERYWHERE = ("429", "503", "hang", "lost", "cut")
OF_MODELS = (*EVERYWHERE, "529", "refused")
HANGS = 12.0
"""Seconds of the machine; longer than Titus waits for anything but a model."""


class BadLines:
    """An ASGI application around the providers'. `rate` is how often something goes wrong, until it is set to 0;
    `fired` counts. `lost`: the work is done, and the connection ends without an answer. `decline` has the model decline
    what it is asked next."""

    def __init__(self, app: Any, seed: int, rate: float, decline: Callable[[], object]) -> None:
        self.rate = rate
        self.fired: Counter[str] = Counter()
        self._app = app
        self._random = Random(seed)  # noqa: S311 (not a secret)
        self._decline = decline

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        match self._strikes(scope):
            case None:
                await self._app(scope, receive, send)
            case "429" | "529" as status:
                await _answer(send, int(status), msgspec.json.encode(BUSY), ((b"retry-after", b"2"),))
            case "503":
                await _answer(send, 503, b"<html>bad gateway</html>")
            case "hang":
                await asyncio.sleep(HANGS)
                await self._app(scope, receive, send)
            case "lost":
                await self._part(scope, receive, send, lambda size: 0)
            case "cut":
                await self._part(scope, receive, send, self._random.randrange)
            case _:
                self._decline()
                await self._app(scope, receive, send)

    def _strikes(self, scope: Any) -> str | None:
        if scope["type"] != "http" or self._random.random() >= self.rate:
            return None
        kind = self._random.choice(OF_MODELS if scope["path"].startswith("/anthropic/") else EVERYWHERE)
        self.fired[kind] += 1
        return kind

    async def _part(self, scope: Any, receive: Any, send: Any, most: Callable[[int], int]) -> None:
        """Some of the answer, under a heading that promises all of it: then the server ends the connection."""
        head: dict[str, Any] = {}
        body = bytearray()

        async def collect(message: Any) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, collect)
        kept = [(name, value) for name, value in head["headers"] if name.lower() not in _OF_LENGTH]
        await send({**head, "headers": [*kept, (b"content-length", str(len(body) + 1).encode())]})
        await send({"type": "http.response.body", "body": bytes(body[: most(len(body) + 1)]), "more_body": True})


_OF_LENGTH = (b"content-length", b"transfer-encoding")


async def _answer(send: Any, status: int, body: bytes, extra: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
